"""Stand-ins for partner systems, so that an action can be exercised without leaving the machine.

Promise: a stand-in checks authentication and payload as the vendor documents them and answers as it would,
with its errors and limits; each module names the pages. Below ``/partners/<host>`` stands what is at
``https://<host>``; which credentials count is decided in ``credentials``. Nothing sent is logged, no
credential is answered.

Not here: how requests get there (routes of a target, ``toolkit.exercise``), what the platform itself does.
"""

from toolkit.emulator.partners.all import HOSTS, Partners
from toolkit.emulator.partners.stand_in import PREFIX
from toolkit.emulator.rates import PartnerLimits, Rate

__all__ = ["HOSTS", "PREFIX", "PartnerLimits", "Partners", "Rate"]
