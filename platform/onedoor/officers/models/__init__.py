"""Tables of officers."""

from onedoor.officers.models.certificates import (
    Certificate,
)
from onedoor.officers.models.duties import (
    Duty,
    Training,
    TrainingPlace,
)
from onedoor.officers.models.entrusted_bodies import (
    EntrustedBody,
)
from onedoor.officers.models.experts import (
    Expert,
    ExpertNotice,
)
from onedoor.officers.models.inspectors import (
    Inspector,
    InspectorPrivate,
    Recusal,
)
from onedoor.officers.models.proposals import (
    InspectorProposal,
    InspectorProposalLine,
)
from onedoor.officers.models.requests import (
    CertificateNotice,
    InspectorLeave,
    InspectorRequest,
)

__all__ = [
    "Certificate", "CertificateNotice", "Duty", "EntrustedBody", "Expert", "ExpertNotice", "Inspector", "InspectorLeave",
    "InspectorPrivate", "InspectorProposal", "InspectorProposalLine", "InspectorRequest", "Recusal",
    "Training", "TrainingPlace",
]  # fmt: skip
