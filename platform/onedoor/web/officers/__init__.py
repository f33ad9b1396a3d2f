"""Pages of the inspector library (执法检查人员名录库), of experts, certificates, duties and trainings."""

from onedoor.web.officers import certificates as certificates
from onedoor.web.officers import duties as duties
from onedoor.web.officers import entrusted_bodies as entrusted_bodies
from onedoor.web.officers import experts as experts
from onedoor.web.officers import inspectors as inspectors
from onedoor.web.officers import leave as leave
from onedoor.web.officers import personal_numbers as personal_numbers
from onedoor.web.officers import publication as publication
from onedoor.web.officers import recusals as recusals
from onedoor.web.officers import trainings as trainings
from onedoor.web.registry_blueprint import pages as pages
