"""Visits: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0213_visits"
down_revision = "0212_campaigns"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE visit (
    kind TEXT DEFAULT 'random' NOT NULL,
    source TEXT DEFAULT 'draw' NOT NULL,
    exceptional TEXT,
    campaign_id UUID,
    draw_id UUID,
    party_ids UUID[] NOT NULL,
    year INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    number TEXT NOT NULL,
    entity_id UUID NOT NULL,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    entity_address TEXT NOT NULL,
    entity_place TEXT NOT NULL,
    place_number INTEGER,
    premises_id UUID,
    ordinal INTEGER DEFAULT '1' NOT NULL,
    state TEXT NOT NULL,
    announced BOOLEAN DEFAULT true NOT NULL,
    scheduled_on DATE NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    code TEXT NOT NULL,
    unfilled JSONB DEFAULT '[]' NOT NULL,
    fill_by DATE,
    submitted_by TEXT,
    approved_at TIMESTAMP WITH TIME ZONE,
    approved_by TEXT,
    noticed_at TIMESTAMP WITH TIME ZONE,
    notice_file_id UUID,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancel_reason TEXT,
    cancel_reason_said JSONB,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit PRIMARY KEY (id),
    CONSTRAINT uq_visit_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_visit_place CHECK (premises_id IS NULL OR place_number IS NOT NULL),
    CONSTRAINT uq_visit_tenant_id_year_serial UNIQUE (tenant_id, year, serial),
    CONSTRAINT fk_visit_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES campaign (id, tenant_id),
    CONSTRAINT fk_visit_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT ck_visit_state CHECK (state IN ('waiting', 'proposed', 'submitted', 'pending', 'approved', 'noticed', 'cancelled')),
    CONSTRAINT ck_visit_cancelled CHECK (state <> 'cancelled' OR cancel_reason IS NOT NULL),
    CONSTRAINT ck_visit_kind CHECK (kind IN ('random', 'daily', 'special', 'single')),
    CONSTRAINT ck_visit_source CHECK (source IN ('draw', 'plan_line', 'complaint', 'accident', 'failed_test', 'deployment', 'monitoring', 'transfer', 'recheck', 'request', 'owed')),
    CONSTRAINT ck_visit_drawn CHECK ((source IN ('draw', 'owed')) = (kind = 'random') AND (campaign_id IS NULL) = (draw_id IS NULL) AND (source <> 'draw' OR draw_id IS NOT NULL) AND (draw_id IS NULL OR source IN ('draw', 'plan_line'))),
    CONSTRAINT ck_visit_exceptional CHECK ((exceptional IS NULL OR source <> 'draw') AND (state <> 'pending' OR exceptional IS NOT NULL)),
    CONSTRAINT ck_visit_exceptional_kind CHECK (exceptional IN ('emergency', 'deviation')),
    CONSTRAINT fk_visit_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_visit_premises_id FOREIGN KEY(premises_id) REFERENCES premises (id),
    CONSTRAINT uq_visit_code UNIQUE (code),
    CONSTRAINT fk_visit_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_campaign ON visit (campaign_id, scheduled_on)""",
    r"""CREATE INDEX ix_visit_day ON visit (tenant_id, scheduled_on, id)""",
    r"""CREATE INDEX ix_visit_entity_id ON visit (entity_id)""",
    r"""CREATE INDEX ix_visit_premises_id ON visit (premises_id) WHERE premises_id IS NOT NULL""",
    r"""CREATE INDEX ix_visit_tenant_id ON visit (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_visit_of_object ON visit (draw_id, entity_code, coalesce(place_number, 0), ordinal)""",
    r"""CREATE TABLE code_check (
    visit_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    origin TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_code_check PRIMARY KEY (id),
    CONSTRAINT fk_code_check_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT fk_code_check_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_code_check_tenant_id ON code_check (tenant_id)""",
    r"""CREATE INDEX ix_code_check_visit ON code_check (visit_id, at)""",
    r"""CREATE TABLE visit_complainant (
    visit_id UUID NOT NULL,
    name BYTEA,
    phone BYTEA,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_complainant PRIMARY KEY (id),
    CONSTRAINT uq_visit_complainant_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_visit_complainant_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT uq_visit_complainant_visit_id UNIQUE (visit_id),
    CONSTRAINT fk_visit_complainant_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_complainant_tenant_id ON visit_complainant (tenant_id)""",
    r"""CREATE TABLE visit_party (
    visit_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    bureau_name TEXT NOT NULL,
    list_name TEXT NOT NULL,
    position INTEGER NOT NULL,
    deferred_reason TEXT,
    deferred_reason_said JSONB,
    owed BOOLEAN DEFAULT false NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_party PRIMARY KEY (id),
    CONSTRAINT uq_visit_party_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_visit_party_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT uq_visit_party_visit_id_bureau_id UNIQUE (visit_id, bureau_id),
    CONSTRAINT uq_visit_party_visit_id_bureau_id_tenant_id UNIQUE (visit_id, bureau_id, tenant_id),
    CONSTRAINT fk_visit_party_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_visit_party_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_party_bureau_id ON visit_party (bureau_id)""",
    r"""CREATE INDEX ix_visit_party_tenant_id ON visit_party (tenant_id)""",
    r"""CREATE TABLE visit_source (
    visit_id UUID NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    line_id UUID,
    line_code TEXT,
    special_number TEXT,
    special_approval TEXT,
    unannounced_basis TEXT DEFAULT '' NOT NULL,
    exceptional_reason TEXT DEFAULT '' NOT NULL,
    approve_by DATE,
    repeat_reason TEXT DEFAULT '' NOT NULL,
    owed_visit_id UUID,
    key TEXT NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    registered_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_source PRIMARY KEY (id),
    CONSTRAINT uq_visit_source_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_visit_source_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT fk_visit_source_line_id_tenant_id FOREIGN KEY(line_id, tenant_id) REFERENCES plan_line (id, tenant_id),
    CONSTRAINT uq_visit_source_tenant_id_key UNIQUE (tenant_id, key),
    CONSTRAINT ck_visit_source_reason CHECK (reason <> ''),
    CONSTRAINT ck_visit_source_line CHECK ((line_id IS NULL) = (line_code IS NULL)),
    CONSTRAINT ck_visit_source_special CHECK ((special_number IS NULL) = (special_approval IS NULL)),
    CONSTRAINT uq_visit_source_visit_id UNIQUE (visit_id),
    CONSTRAINT fk_visit_source_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_source_line_id ON visit_source (line_id)""",
    r"""CREATE INDEX ix_visit_source_tenant_id ON visit_source (tenant_id)""",
    r"""CREATE TABLE visit_unit (
    visit_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    unit_name TEXT NOT NULL,
    state TEXT DEFAULT 'asked' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_unit PRIMARY KEY (id),
    CONSTRAINT fk_visit_unit_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT fk_visit_unit_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT uq_visit_unit_visit_id_unit_id UNIQUE (visit_id, unit_id),
    CONSTRAINT ck_visit_unit_state CHECK (state IN ('asked', 'agreed', 'declined')),
    CONSTRAINT ck_visit_unit_declined CHECK (state <> 'declined' OR reason <> ''),
    CONSTRAINT fk_visit_unit_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_unit_tenant_id ON visit_unit (tenant_id)""",
    r"""CREATE TABLE record (
    visit_id UUID NOT NULL,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    method TEXT DEFAULT 'on_site' NOT NULL,
    whole TEXT,
    whole_note TEXT,
    results TEXT[] DEFAULT '{}' NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    place TEXT DEFAULT '' NOT NULL,
    attendee TEXT DEFAULT '' NOT NULL,
    attendee_post TEXT DEFAULT '' NOT NULL,
    signature TEXT,
    signature_note TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    handling TEXT,
    handling_due_on DATE,
    handling_note TEXT DEFAULT '' NOT NULL,
    inspectors JSONB DEFAULT '[]' NOT NULL,
    report_due_on DATE,
    disclose_from DATE,
    disclose_due_on DATE,
    report_warned TEXT,
    disclose_warned TEXT,
    submitted_at TIMESTAMP WITH TIME ZONE,
    submitted_by UUID,
    submitter_name TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    decider_name TEXT,
    return_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record PRIMARY KEY (id),
    CONSTRAINT uq_record_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_record_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT uq_record_visit_id_tenant_id UNIQUE (visit_id, tenant_id),
    CONSTRAINT ck_record_state CHECK (state IN ('draft', 'submitted', 'returned', 'accepted')),
    CONSTRAINT ck_record_whole CHECK (whole IN ('unreachable', 'obstructed')),
    CONSTRAINT ck_record_signature CHECK (signature IN ('signed', 'refused')),
    CONSTRAINT ck_record_accepted CHECK (state <> 'accepted' OR (cardinality(results) > 0 AND ended_at IS NOT NULL)),
    CONSTRAINT fk_record_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_record_entity_code ON record (entity_code)""",
    r"""CREATE INDEX ix_record_state ON record (tenant_id, state, submitted_at)""",
    r"""CREATE INDEX ix_record_tenant_id ON record (tenant_id)""",
    r"""CREATE TABLE substitution (
    visit_id UUID NOT NULL,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT DEFAULT 'asked' NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decider_name TEXT,
    return_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_substitution PRIMARY KEY (id),
    CONSTRAINT fk_substitution_party FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT ck_substitution_state CHECK (state IN ('asked', 'approved', 'returned')),
    CONSTRAINT ck_substitution_note CHECK (note <> ''),
    CONSTRAINT fk_substitution_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_substitution_tenant_id ON substitution (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_substitution_going ON substitution (visit_id, tenant_id) WHERE state <> 'returned'""",
    r"""CREATE TABLE visit_assistant (
    visit_id UUID NOT NULL,
    expert_id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation TEXT NOT NULL,
    title TEXT NOT NULL,
    bureau_name TEXT NOT NULL,
    entrusted_number TEXT DEFAULT '' NOT NULL,
    entrusted_scope TEXT DEFAULT '' NOT NULL,
    entrusted_file_id UUID,
    unbiased BOOLEAN DEFAULT false NOT NULL,
    opinion TEXT DEFAULT '' NOT NULL,
    signed_on DATE,
    opinion_file_id UUID,
    opinion_digest TEXT,
    opinion_entered_by TEXT,
    added_by TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_assistant PRIMARY KEY (id),
    CONSTRAINT uq_visit_assistant_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_visit_assistant_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT fk_visit_assistant_expert_id_tenant_id FOREIGN KEY(expert_id, tenant_id) REFERENCES expert (id, tenant_id),
    CONSTRAINT fk_visit_assistant_entrusted_file_id_tenant_id FOREIGN KEY(entrusted_file_id, tenant_id) REFERENCES stored_file (id, tenant_id),
    CONSTRAINT fk_visit_assistant_opinion_file_id_tenant_id FOREIGN KEY(opinion_file_id, tenant_id) REFERENCES stored_file (id, tenant_id),
    CONSTRAINT ck_visit_assistant_signed CHECK (signed_on IS NULL OR (opinion <> '' AND opinion_file_id IS NOT NULL)),
    CONSTRAINT fk_visit_assistant_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_assistant_expert_id ON visit_assistant (expert_id)""",
    r"""CREATE INDEX ix_visit_assistant_tenant_id ON visit_assistant (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_visit_assistant_present ON visit_assistant (visit_id, expert_id) WHERE left_at IS NULL""",
    r"""CREATE TABLE visit_matter (
    visit_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    item_id UUID NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    basis TEXT NOT NULL,
    checklist JSONB NOT NULL,
    method TEXT NOT NULL,
    planned TEXT DEFAULT 'on_site' NOT NULL,
    entry BOOLEAN DEFAULT true NOT NULL,
    unit_id UUID,
    unit_name TEXT DEFAULT '' NOT NULL,
    position INTEGER NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_matter PRIMARY KEY (id),
    CONSTRAINT uq_visit_matter_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_visit_matter_visit_id_bureau_id_tenant_id FOREIGN KEY(visit_id, bureau_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id, tenant_id),
    CONSTRAINT uq_visit_matter_id_bureau_id UNIQUE (id, bureau_id),
    CONSTRAINT fk_visit_matter_unit_id_bureau_id FOREIGN KEY(unit_id, bureau_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT uq_visit_matter_visit_id_item_id UNIQUE (visit_id, item_id),
    CONSTRAINT ck_visit_matter_planned CHECK (planned IN ('on_site', 'written', 'network', 'opinion', 'test', 'entrusted')),
    CONSTRAINT fk_visit_matter_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_matter_tenant_id ON visit_matter (tenant_id)""",
    r"""CREATE TABLE visit_member (
    visit_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    slot INTEGER NOT NULL,
    inspector_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    bureau_name TEXT NOT NULL,
    certificate_number TEXT NOT NULL,
    certificate_expires_on DATE NOT NULL,
    leader BOOLEAN NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    left_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_member PRIMARY KEY (id),
    CONSTRAINT uq_visit_member_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_visit_member_visit_id_bureau_id_tenant_id FOREIGN KEY(visit_id, bureau_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id, tenant_id),
    CONSTRAINT fk_visit_member_inspector_id_bureau_id FOREIGN KEY(inspector_id, bureau_id) REFERENCES inspector (id, tenant_id),
    CONSTRAINT ck_visit_member_left CHECK (left_at IS NULL OR left_reason IS NOT NULL),
    CONSTRAINT fk_visit_member_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_member_inspector_id ON visit_member (inspector_id)""",
    r"""CREATE INDEX ix_visit_member_tenant_id ON visit_member (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_visit_member_slot ON visit_member (visit_id, slot) WHERE left_at IS NULL""",
    r"""CREATE TABLE visit_part (
    visit_id UUID NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE,
    begun_by TEXT,
    entered BOOLEAN DEFAULT true NOT NULL,
    scanned BOOLEAN,
    unscanned_reason TEXT,
    postponed_to DATE,
    postponed_reason TEXT,
    outcome TEXT,
    submitted_at TIMESTAMP WITH TIME ZONE,
    accepted_at TIMESTAMP WITH TIME ZONE,
    reported_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    year INTEGER,
    serial INTEGER,
    number TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_part PRIMARY KEY (id),
    CONSTRAINT fk_visit_part_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT uq_visit_part_visit_id_tenant_id UNIQUE (visit_id, tenant_id),
    CONSTRAINT uq_visit_part_tenant_id_year_serial UNIQUE (tenant_id, year, serial),
    CONSTRAINT ck_visit_part_outcome CHECK (outcome IN ('done', 'unreachable', 'refused')),
    CONSTRAINT ck_visit_part_unscanned CHECK (scanned IS NOT false OR unscanned_reason IS NOT NULL),
    CONSTRAINT fk_visit_part_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_part_tenant_id ON visit_part (tenant_id)""",
    r"""CREATE TABLE followup (
    record_id UUID NOT NULL,
    visit_id UUID NOT NULL,
    kind TEXT NOT NULL,
    due_on DATE,
    note TEXT NOT NULL,
    unit_id UUID,
    from_id UUID,
    to_bureau_id UUID,
    state TEXT DEFAULT 'open' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_by TEXT DEFAULT '' NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    done_by TEXT,
    outcome TEXT,
    conclusion TEXT,
    warned TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_followup PRIMARY KEY (id),
    CONSTRAINT uq_followup_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_followup_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT fk_followup_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT fk_followup_from_id_tenant_id FOREIGN KEY(from_id, tenant_id) REFERENCES followup (id, tenant_id),
    CONSTRAINT ck_followup_state CHECK (state IN ('open', 'done')),
    CONSTRAINT ck_followup_done CHECK (state = 'open' OR (done_at IS NOT NULL AND outcome IS NOT NULL)),
    CONSTRAINT fk_followup_to_bureau_id FOREIGN KEY(to_bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_followup_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_followup_record_id ON followup (record_id)""",
    r"""CREATE INDEX ix_followup_state ON followup (tenant_id, state, due_on)""",
    r"""CREATE INDEX ix_followup_tenant_id ON followup (tenant_id)""",
    r"""CREATE TABLE matter_method (
    visit_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    method TEXT NOT NULL,
    entry BOOLEAN NOT NULL,
    chosen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    chosen_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_matter_method PRIMARY KEY (id),
    CONSTRAINT fk_matter_method_matter_id_tenant_id FOREIGN KEY(matter_id, tenant_id) REFERENCES visit_matter (id, bureau_id),
    CONSTRAINT fk_matter_method_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT ck_matter_method_method CHECK (method IN ('on_site', 'written', 'network', 'opinion', 'test', 'entrusted')),
    CONSTRAINT uq_matter_method_matter_id UNIQUE (matter_id),
    CONSTRAINT fk_matter_method_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_matter_method_tenant_id ON matter_method (tenant_id)""",
    r"""CREATE INDEX ix_matter_method_visit_id ON matter_method (visit_id)""",
    r"""CREATE TABLE record_item (
    record_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    item_id UUID NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    basis TEXT NOT NULL,
    answers JSONB NOT NULL,
    results TEXT[] NOT NULL,
    note TEXT NOT NULL,
    revision INTEGER NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    saved_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_item PRIMARY KEY (id),
    CONSTRAINT fk_record_item_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT fk_record_item_matter_id_tenant_id FOREIGN KEY(matter_id, tenant_id) REFERENCES visit_matter (id, bureau_id),
    CONSTRAINT uq_record_item_record_id_matter_id UNIQUE (record_id, matter_id),
    CONSTRAINT fk_record_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_record_item_tenant_id ON record_item (tenant_id)""",
    r"""CREATE TABLE record_paper (
    record_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    origin TEXT DEFAULT '' NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    asked_on DATE,
    due_on DATE,
    taken_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE,
    received_by TEXT,
    file_id UUID,
    file_name TEXT,
    size INTEGER,
    digest TEXT,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_paper PRIMARY KEY (id),
    CONSTRAINT uq_record_paper_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_record_paper_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT fk_record_paper_matter_id_tenant_id FOREIGN KEY(matter_id, tenant_id) REFERENCES visit_matter (id, bureau_id),
    CONSTRAINT fk_record_paper_file_id_tenant_id FOREIGN KEY(file_id, tenant_id) REFERENCES stored_file (id, tenant_id),
    CONSTRAINT ck_record_paper_kind CHECK (kind IN ('paper', 'page', 'report', 'finding')),
    CONSTRAINT ck_record_paper_received CHECK ((received_at IS NULL) = (file_id IS NULL)),
    CONSTRAINT ck_record_paper_digest CHECK ((file_id IS NULL) = (digest IS NULL)),
    CONSTRAINT ck_record_paper_file CHECK (kind = 'paper' OR file_id IS NOT NULL),
    CONSTRAINT ck_record_paper_taken CHECK (kind <> 'page' OR taken_at IS NOT NULL),
    CONSTRAINT ck_record_paper_asked CHECK (kind <> 'paper' OR asked_on IS NOT NULL),
    CONSTRAINT fk_record_paper_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_record_paper_record_id ON record_paper (record_id)""",
    r"""CREATE INDEX ix_record_paper_tenant_id ON record_paper (tenant_id)""",
    r"""CREATE TABLE record_photo (
    record_id UUID NOT NULL,
    matter_id UUID,
    point INTEGER,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    thumbnail BYTEA NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_photo PRIMARY KEY (id),
    CONSTRAINT fk_record_photo_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT fk_record_photo_matter_id_tenant_id FOREIGN KEY(matter_id, tenant_id) REFERENCES visit_matter (id, bureau_id),
    CONSTRAINT uq_record_photo_record_id_digest UNIQUE (record_id, digest),
    CONSTRAINT ck_record_photo_asked_for CHECK ((matter_id IS NULL) = (point IS NULL)),
    CONSTRAINT fk_record_photo_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_record_photo_tenant_id ON record_photo (tenant_id)""",
    r"""CREATE TABLE record_revision (
    record_id UUID NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    proposed JSONB NOT NULL,
    former JSONB,
    state TEXT DEFAULT 'proposed' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    author_name TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decider_name TEXT,
    return_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_revision PRIMARY KEY (id),
    CONSTRAINT uq_record_revision_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_record_revision_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT ck_record_revision_state CHECK (state IN ('proposed', 'approved', 'returned')),
    CONSTRAINT ck_record_revision_former CHECK (state <> 'approved' OR former IS NOT NULL),
    CONSTRAINT ck_record_revision_reason CHECK (reason <> '' AND requested_by <> ''),
    CONSTRAINT fk_record_revision_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_record_revision_tenant_id ON record_revision (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_record_revision_going ON record_revision (record_id) WHERE state = 'proposed'""",
    r"""CREATE UNIQUE INDEX uq_record_revision_version ON record_revision (record_id, version) WHERE state = 'approved'""",
    r"""CREATE TABLE record_submission (
    record_id UUID NOT NULL,
    key TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_name TEXT NOT NULL,
    content JSONB NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_submission PRIMARY KEY (id),
    CONSTRAINT fk_record_submission_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT uq_record_submission_tenant_id_key UNIQUE (tenant_id, key),
    CONSTRAINT fk_record_submission_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_record_submission_tenant_id ON record_submission (tenant_id)""",
    r"""CREATE TABLE report (
    record_id UUID NOT NULL,
    visit_id UUID NOT NULL,
    assessment TEXT NOT NULL,
    proposed TEXT NOT NULL,
    completed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    completed_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_report PRIMARY KEY (id),
    CONSTRAINT fk_report_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT fk_report_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT uq_report_record_id UNIQUE (record_id),
    CONSTRAINT fk_report_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_report_tenant_id ON report (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION campaign_completed_on(asked uuid) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT least(c.ends_on, (
    SELECT CASE WHEN bool_and(t.accepted_at IS NOT NULL) THEN (max(t.accepted_at) AT TIME ZONE 'Asia/Shanghai')::date END
      FROM public.visit v JOIN public.visit_party p ON p.visit_id = v.id
      LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = p.bureau_id
     WHERE v.campaign_id = c.id AND v.state <> 'cancelled' AND p.deferred_reason IS NULL))
  FROM public.campaign c
 WHERE c.id = asked AND c.state <> 'cancelled'
   AND EXISTS (SELECT FROM public.participation q WHERE q.campaign_id = c.id AND q.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION campaign_completed_on(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION campaign_completed_on(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION check_visit_code(asked text, who text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v public.visit;
BEGIN
  SELECT * INTO v FROM public.visit WHERE code = asked;
  -- What nobody enters for has no code: whoever stands at a door with one has no business there (R-V3).
  IF NOT FOUND OR NOT coalesce((SELECT bool_or(coalesce(h.entry, a.entry)) FROM public.visit_matter a
      JOIN public.visit_party p ON p.visit_id = a.visit_id AND p.bureau_id = a.bureau_id AND p.deferred_reason IS NULL
      LEFT JOIN public.matter_method h ON h.matter_id = a.id WHERE a.visit_id = v.id), true) THEN
    RETURN NULL;
  END IF;
  IF (SELECT count(*) FROM public.code_check c
       WHERE c.visit_id = v.id AND c.origin = who AND c.at > public.onedoor_now() - interval '1 minute') >= 60 THEN
    RETURN '{"held_back": true}'::jsonb;
  END IF;
  INSERT INTO public.code_check (id, tenant_id, visit_id, at, origin)
  VALUES (gen_random_uuid(), v.tenant_id, v.id, public.onedoor_now(), who);
  RETURN jsonb_build_object(
    'number', v.number, 'entity_name', v.entity_name, 'entity_code', v.entity_code,
    'address', v.entity_address, 'announced', v.announced, 'state', CASE WHEN EXISTS (
        SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
      THEN 'cancelled' ELSE v.state END,
    'starts_on', v.starts_on, 'ends_on', v.ends_on,
    'on', GREATEST(v.scheduled_on, (SELECT max(p.postponed_to) FROM public.visit_part p WHERE p.visit_id = v.id)),
    'cancel_reason', v.cancel_reason, 'cancel_reason_said', v.cancel_reason_said, 'approved_at', v.approved_at,
    'lead', (SELECT b.name FROM public.bureau b WHERE b.id = v.tenant_id),
    'campaign', (SELECT c.name FROM public.campaign c WHERE c.id = v.campaign_id),
    'draw_number', (SELECT d.number FROM public.draw d WHERE d.id = v.draw_id),
    'kind', v.kind, 'source', v.source, 'exceptional', v.exceptional,
    -- What it refers to and was published; never the reason, in which somebody may be named (R-V9).
    'line', (SELECT l.name FROM public.visit_source s JOIN public.plan_line l ON l.id = s.line_id WHERE s.visit_id = v.id),
    'special', (SELECT s.special_number FROM public.visit_source s WHERE s.visit_id = v.id),
    'checks', (SELECT count(*) FROM public.code_check c WHERE c.visit_id = v.id),
    'parties', (SELECT jsonb_agg(jsonb_build_object(
        'bureau', p.bureau_name, 'deferred', p.deferred_reason,
        'submitted', EXISTS (SELECT FROM public.visit_part t WHERE t.visit_id = v.id
                              AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL),
        'members', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', m.name, 'certificate', i.certificate_number, 'leader', m.leader,
            'expires_on', i.certificate_expires_on,
            'fit', i.status = 'active' AND i.certificate_expires_on >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)
            ORDER BY m.slot), '[]'::jsonb)
          FROM public.visit_member m JOIN public.inspector i ON i.id = m.inspector_id
         WHERE m.visit_id = v.id AND m.bureau_id = p.bureau_id AND m.left_at IS NULL),
        -- Whose names an older notice has: they do not come any more (R-D6). Why is not for the door.
        'left', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', l.name, 'certificate', l.certificate_number, 'at', l.left_at,
            'comes', (SELECT n.name FROM public.visit_member n WHERE n.visit_id = v.id AND n.slot = l.slot
                       AND n.since >= l.left_at ORDER BY n.since LIMIT 1))
            ORDER BY l.left_at, l.slot), '[]'::jsonb)
          FROM public.visit_member l
         WHERE l.visit_id = v.id AND l.bureau_id = p.bureau_id AND l.left_at IS NOT NULL),
        'matters', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'basis', a.basis)
            ORDER BY a.position), '[]'::jsonb)
          FROM public.visit_matter a WHERE a.visit_id = v.id AND a.bureau_id = p.bureau_id)
        ) ORDER BY p.position) FROM public.visit_party p WHERE p.visit_id = v.id));
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION check_visit_code(text, text) TO onedoor_public, onedoor_bureau""",
    r"""ALTER FUNCTION check_visit_code(text, text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_visit_complainant_name() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.name, 0), count(*) FROM public.visit_complainant t
 WHERE t.name IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_visit_complainant_name() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_visit_complainant_name() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_visit_complainant_phone() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.phone, 0), count(*) FROM public.visit_complainant t
 WHERE t.phone IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_visit_complainant_phone() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_visit_complainant_phone() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION missed_deadlines() RETURNS TABLE(kind text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT 'visit', count(*) FROM public.visit v WHERE v.ends_on < (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date AND v.state <> 'cancelled'
  AND EXISTS (SELECT FROM public.visit_party p WHERE p.visit_id = v.id AND p.deferred_reason IS NULL
    AND NOT EXISTS (SELECT FROM public.visit_part t
      WHERE t.visit_id = v.id AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL))
UNION ALL
SELECT 'report', count(*) FROM public.record r WHERE r.report_due_on < (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
  AND NOT EXISTS (SELECT FROM public.report t WHERE t.record_id = r.id AND t.completed_at IS NOT NULL)
UNION ALL
SELECT 'disclosure', count(*) FROM public.record r WHERE r.disclose_due_on < (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
  AND NOT EXISTS (SELECT FROM public.disclosure d WHERE d.kind = 'result' AND d.subject_id = r.id
    AND d.tenant_id = r.tenant_id AND d.since <= public.onedoor_now() AND (d.until IS NULL OR d.until > public.onedoor_now()))
  AND NOT EXISTS (SELECT FROM public.withholding w WHERE w.kind = 'result' AND w.subject_id = r.id AND w.state = 'approved')
$body$""",
    r"""GRANT EXECUTE ON FUNCTION missed_deadlines() TO onedoor_dispatch""",
    r"""ALTER FUNCTION missed_deadlines() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION my_visits_to_come(in_year integer) RETURNS TABLE (code text, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT v.entity_code, v.kind FROM public.visit_party p JOIN public.visit v ON v.id = p.visit_id
  LEFT JOIN public.draw d ON d.id = v.draw_id
  LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = p.bureau_id
 WHERE p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND p.deferred_reason IS NULL AND v.state <> 'cancelled' AND v.ends_on >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
   AND t.begun_at IS NULL AND extract(year FROM coalesce(t.postponed_to, v.scheduled_on)) = in_year
   AND (d.id IS NULL AND v.announced OR NOT d.surprise
     OR EXISTS (SELECT FROM public.draw_release r WHERE r.draw_id = d.id))
   AND coalesce((SELECT bool_or(coalesce(h.entry, a.entry)) FROM public.visit_matter a
         LEFT JOIN public.matter_method h ON h.matter_id = a.id WHERE a.visit_id = v.id AND a.bureau_id = p.bureau_id), true)
   AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_visits_to_come(integer) TO onedoor_bureau""",
    r"""ALTER FUNCTION my_visits_to_come(integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_visit_complainant_name(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.visit_complainant t SET name = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.name = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_visit_complainant_name(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_visit_complainant_name(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_visit_complainant_phone(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.visit_complainant t SET phone = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.phone = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_visit_complainant_phone(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_visit_complainant_phone(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_visit_complainant_name(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.name FROM public.visit_complainant t
 WHERE t.name IS NOT NULL AND t.id > after AND (get_byte(t.name, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_visit_complainant_name(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_visit_complainant_name(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_visit_complainant_phone(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.phone FROM public.visit_complainant t
 WHERE t.phone IS NOT NULL AND t.id > after AND (get_byte(t.phone, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_visit_complainant_phone(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_visit_complainant_phone(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION visit_lots(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_agg(jsonb_build_object('draw', l.draw_id, 'list', l.list_name, 'object', l.object_code,
                                    'lot', convert_from(l.content, 'UTF8')) ORDER BY l.list_name)
  FROM public.visit v JOIN public.draw_lot l ON l.draw_id = v.draw_id
      AND l.object_code = v.entity_code || coalesce(':' || v.place_number, '')
 WHERE v.code = asked
$body$""",
    r"""GRANT EXECUTE ON FUNCTION visit_lots(text) TO onedoor_public, onedoor_bureau""",
    r"""ALTER FUNCTION visit_lots(text) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION draw_change_was_decided() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NEW.kind = 'substitute' AND NOT EXISTS (
    SELECT 1 FROM public.substitution s JOIN public.visit v ON v.id = s.visit_id
      JOIN public.visit_party p ON p.visit_id = v.id AND p.bureau_id = s.tenant_id
     WHERE v.draw_id = NEW.draw_id AND s.entity_code = NEW.object_code AND s.state = 'approved'
       AND p.list_name = (convert_from(NEW.content, 'UTF8')::jsonb)->>'list')
  THEN
    RAISE EXCEPTION 'draw.md: an object is substituted once its bureau has decided so'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER draw_change_was_decided BEFORE INSERT ON draw_change
FOR EACH ROW EXECUTE FUNCTION draw_change_was_decided()""",
    r"""CREATE OR REPLACE FUNCTION substitution_is_decided() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state <> 'asked'
    OR TG_OP = 'UPDATE' AND (
      OLD.state <> 'asked'
      OR (NEW.tenant_id, NEW.visit_id, NEW.entity_code, NEW.kind, NEW.note)
         IS DISTINCT FROM (OLD.tenant_id, OLD.visit_id, OLD.entity_code, OLD.kind, OLD.note)
      OR NEW.state = 'approved' AND NOT EXISTS (
        SELECT 1 FROM public.approval a WHERE a.kind = 'substitute' AND a.subject_id = NEW.id
           AND a.state = 'approved'))
  THEN
    RAISE EXCEPTION 'R-T5: a substitution is decided by another, once'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER substitution_is_decided BEFORE INSERT OR UPDATE ON substitution
FOR EACH ROW EXECUTE FUNCTION substitution_is_decided()""",
    r"""CREATE OR REPLACE FUNCTION visit_is_approved() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.kind, OLD.source, OLD.campaign_id, OLD.draw_id, OLD.exceptional)
     IS DISTINCT FROM (NEW.kind, NEW.source, NEW.campaign_id, NEW.draw_id, NEW.exceptional)
    OR NEW.draw_id IS NULL AND (
      NEW.state = 'waiting'
      OR TG_OP = 'INSERT' AND NEW.state NOT IN ('proposed', 'pending')
      OR NEW.state IN ('approved', 'noticed') AND NOT EXISTS (
        SELECT 1 FROM public.approval a WHERE a.kind = 'check' AND a.step = 'approve'
           AND a.subject_id = NEW.id AND a.state = 'approved'))
  THEN
    RAISE EXCEPTION 'R-V1: a check that no draw made is approved by the head'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER visit_is_approved BEFORE INSERT OR UPDATE OF state, kind, source, campaign_id, draw_id, exceptional ON visit
FOR EACH ROW EXECUTE FUNCTION visit_is_approved()""",
    r"""CREATE OR REPLACE FUNCTION visit_party_takes_part() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NOT EXISTS (SELECT FROM public.visit v JOIN public.participation p ON p.campaign_id = v.campaign_id
                  WHERE v.id = NEW.visit_id AND p.tenant_id = NEW.bureau_id
                 UNION ALL
                 SELECT FROM public.visit v WHERE v.id = NEW.visit_id AND v.campaign_id IS NULL
                    AND v.tenant_id = NEW.bureau_id) THEN
    RAISE EXCEPTION 'R-J5: a bureau is on a visit by its part in the campaign'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER visit_party_takes_part BEFORE INSERT OR UPDATE OF visit_id, bureau_id ON visit_party
FOR EACH ROW EXECUTE FUNCTION visit_party_takes_part()""",
    r"""ALTER TABLE visit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit TO onedoor_bureau""",
    r"""GRANT SELECT ON visit TO onedoor_supervisor""",
    r"""CREATE POLICY visit_bureau_select_0 ON visit FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (party_ids))""",
    r"""CREATE POLICY visit_bureau_insert_1 ON visit FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_bureau_update_2 ON visit FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_supervisor_select_3 ON visit FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE code_check ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON code_check TO onedoor_definer""",
    r"""GRANT SELECT ON code_check TO onedoor_bureau""",
    r"""GRANT SELECT ON code_check TO onedoor_supervisor""",
    r"""CREATE POLICY code_check_bureau_select_0 ON code_check FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY code_check_supervisor_select_1 ON code_check FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE visit_complainant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_complainant TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_complainant TO onedoor_bureau""",
    r"""CREATE POLICY visit_complainant_bureau_select_0 ON visit_complainant FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_complainant_bureau_insert_1 ON visit_complainant FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_complainant_bureau_update_2 ON visit_complainant FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE visit_party ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_party TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_party TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_party TO onedoor_supervisor""",
    r"""CREATE POLICY visit_party_bureau_select_0 ON visit_party FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_party_bureau_insert_1 ON visit_party FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_party_bureau_update_2 ON visit_party FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_party_bureau_select_3 ON visit_party FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_party_supervisor_select_4 ON visit_party FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE visit_source ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_source TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_source TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_source TO onedoor_supervisor""",
    r"""CREATE POLICY visit_source_bureau_select_0 ON visit_source FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_source_bureau_insert_1 ON visit_source FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_source_bureau_update_2 ON visit_source FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_source_bureau_select_3 ON visit_source FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_source_supervisor_select_4 ON visit_source FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE visit_unit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_unit TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_unit TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_unit TO onedoor_supervisor""",
    r"""CREATE POLICY visit_unit_bureau_select_0 ON visit_unit FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_unit_bureau_insert_1 ON visit_unit FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_unit_bureau_update_2 ON visit_unit FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_unit_bureau_select_3 ON visit_unit FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_unit_supervisor_select_4 ON visit_unit FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE record ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON record TO onedoor_bureau""",
    r"""GRANT SELECT ON record TO onedoor_supervisor""",
    r"""CREATE POLICY record_bureau_select_0 ON record FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_bureau_insert_1 ON record FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_bureau_update_2 ON record FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_bureau_select_3 ON record FOR SELECT TO onedoor_bureau USING (state = 'accepted' AND EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY record_supervisor_select_4 ON record FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE substitution ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON substitution TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON substitution TO onedoor_bureau""",
    r"""GRANT SELECT ON substitution TO onedoor_supervisor""",
    r"""CREATE POLICY substitution_bureau_select_0 ON substitution FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY substitution_bureau_insert_1 ON substitution FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY substitution_bureau_update_2 ON substitution FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY substitution_bureau_select_3 ON substitution FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY substitution_supervisor_select_4 ON substitution FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE visit_assistant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_assistant TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_assistant TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_assistant TO onedoor_supervisor""",
    r"""CREATE POLICY visit_assistant_bureau_select_0 ON visit_assistant FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_assistant_bureau_insert_1 ON visit_assistant FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_assistant_bureau_update_2 ON visit_assistant FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_assistant_bureau_select_3 ON visit_assistant FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_assistant_supervisor_select_4 ON visit_assistant FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE visit_matter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_matter TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_matter TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_matter TO onedoor_supervisor""",
    r"""CREATE POLICY visit_matter_bureau_select_0 ON visit_matter FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_matter_bureau_insert_1 ON visit_matter FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_matter_bureau_update_2 ON visit_matter FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_matter_bureau_select_3 ON visit_matter FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_matter_supervisor_select_4 ON visit_matter FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE visit_member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_member TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_member TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_member TO onedoor_supervisor""",
    r"""CREATE POLICY visit_member_bureau_select_0 ON visit_member FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_member_bureau_insert_1 ON visit_member FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_member_bureau_update_2 ON visit_member FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_member_bureau_select_3 ON visit_member FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_member_supervisor_select_4 ON visit_member FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE visit_part ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_part TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_part TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_part TO onedoor_supervisor""",
    r"""CREATE POLICY visit_part_bureau_select_0 ON visit_part FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_part_bureau_insert_1 ON visit_part FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_part_bureau_update_2 ON visit_part FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_part_bureau_select_3 ON visit_part FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_part_supervisor_select_4 ON visit_part FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE followup ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON followup TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON followup TO onedoor_bureau""",
    r"""GRANT SELECT ON followup TO onedoor_supervisor""",
    r"""CREATE POLICY followup_bureau_select_0 ON followup FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY followup_bureau_insert_1 ON followup FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY followup_bureau_update_2 ON followup FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY followup_supervisor_select_3 ON followup FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE matter_method ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON matter_method TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON matter_method TO onedoor_bureau""",
    r"""GRANT SELECT ON matter_method TO onedoor_supervisor""",
    r"""CREATE POLICY matter_method_bureau_select_0 ON matter_method FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY matter_method_bureau_insert_1 ON matter_method FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY matter_method_bureau_update_2 ON matter_method FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY matter_method_bureau_select_3 ON matter_method FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY matter_method_supervisor_select_4 ON matter_method FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE record_item ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_item TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON record_item TO onedoor_bureau""",
    r"""GRANT SELECT ON record_item TO onedoor_supervisor""",
    r"""CREATE POLICY record_item_bureau_select_0 ON record_item FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_item_bureau_insert_1 ON record_item FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_item_bureau_update_2 ON record_item FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_item_bureau_select_3 ON record_item FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM record r WHERE r.id = record_id))""",
    r"""CREATE POLICY record_item_supervisor_select_4 ON record_item FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE record_paper ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_paper TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_paper TO onedoor_bureau""",
    r"""GRANT SELECT ON record_paper TO onedoor_supervisor""",
    r"""CREATE POLICY record_paper_bureau_select_0 ON record_paper FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_paper_bureau_insert_1 ON record_paper FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY record_paper_bureau_update_2 ON record_paper FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned'))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY record_paper_bureau_delete_3 ON record_paper FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY record_paper_supervisor_select_4 ON record_paper FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE record_photo ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_photo TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, DELETE ON record_photo TO onedoor_bureau""",
    r"""GRANT SELECT ON record_photo TO onedoor_supervisor""",
    r"""CREATE POLICY record_photo_bureau_select_0 ON record_photo FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_photo_bureau_insert_1 ON record_photo FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY record_photo_bureau_delete_2 ON record_photo FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY record_photo_supervisor_select_3 ON record_photo FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE record_revision ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_revision TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON record_revision TO onedoor_bureau""",
    r"""GRANT SELECT ON record_revision TO onedoor_supervisor""",
    r"""CREATE POLICY record_revision_bureau_select_0 ON record_revision FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_revision_bureau_insert_1 ON record_revision FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_revision_bureau_update_2 ON record_revision FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_revision_supervisor_select_3 ON record_revision FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE record_submission ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_submission TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON record_submission TO onedoor_bureau""",
    r"""GRANT SELECT ON record_submission TO onedoor_supervisor""",
    r"""CREATE POLICY record_submission_bureau_select_0 ON record_submission FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_submission_bureau_insert_1 ON record_submission FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_submission_supervisor_select_2 ON record_submission FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE report ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON report TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON report TO onedoor_bureau""",
    r"""GRANT SELECT ON report TO onedoor_supervisor""",
    r"""CREATE POLICY report_bureau_select_0 ON report FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY report_bureau_insert_1 ON report FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY report_bureau_update_2 ON report FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY report_bureau_select_3 ON report FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM record r WHERE r.id = record_id))""",
    r"""CREATE POLICY report_supervisor_select_4 ON report FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
