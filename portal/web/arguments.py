"""What handlers ask for, by the name of the argument.

`viewer: AViewer` needs a guard; `visit: AVisit` is there for everybody. None of them is validated:
they are ours, not the request's.
"""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation

from portal.settings import Settings
from portal.web.answers import Answer
from portal.web.viewer import Viewer
from portal.web.visit import Visit

AViewer = NamedDependency[SkipValidation[Viewer]]
AVisit = NamedDependency[SkipValidation[Visit]]
AnAnswer = NamedDependency[SkipValidation[Answer]]
TheSettings = NamedDependency[SkipValidation[Settings]]
# The id of a row in a path; one that the database cannot have is an unknown address.
AnId = Annotated[int, PathParameter(ge=1, le=2**63 - 1)]
