"""Who may change tools: QA leads, whatever the tool; what a published version says is changed by nobody."""

from qa_audit.people.models import Role, User
from qa_audit.tools.models import ToolVersion, VersionStatus


def may_change_tools(user: User) -> bool:
    """Import, publish, retire, and choose a tool's services."""
    return user.has_role(Role.QA_LEAD)


def may_publish(user: User, version: ToolVersion) -> bool:
    return may_change_tools(user) and version.status == VersionStatus.DRAFT


def may_retire(user: User, version: ToolVersion) -> bool:
    return (
        may_change_tools(user) and version.status == VersionStatus.PUBLISHED and not version.tool.is_built_in
    )
