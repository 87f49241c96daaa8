"""What is live and no definition stands for, as definitions: chosen, made, put in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from toolkit.app.bring.drafting import Drafting
from toolkit.app.bring.imported import Imported, Imports, ImportWish, LeftOut
from toolkit.app.validate import checked_for_target
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.platform.port import LiveState
from toolkit.workspace.load import Workspace
from toolkit.workspace.settings import is_inside
from toolkit.workspace.write import write_text


def import_live(workspace: Workspace, target_name: str | None, live: LiveState, wish: ImportWish) -> Imports:
    """Make definitions of what is live; nothing is written.

    Raises :class:`InvalidDefinitions` where the workspace has errors, :class:`AjoError` AJO308 where nothing
    live is called as asked.
    """
    name, _ = workspace.target(target_name)
    desired = checked_for_target(workspace, name, trust=wish.trust).catalog()
    chosen, others = _chosen(live, wish.patterns)
    managed, open_ = _split(chosen, desired)
    drafting = Drafting(workspace, name, wish)
    drafts, left_out = drafting.drafts(open_)
    imported, refused = drafting.tried(drafts)
    return Imports(name, tuple(imported), tuple(managed), (*others, *left_out, *refused))


def write_imported(workspace: Workspace, item: Imported, *, force: bool) -> None:
    """Write one file; raises :class:`AjoError` AJO814 where one came meanwhile, AJO008, AJO309, AJO310."""
    path = workspace.root / item.file
    if not is_inside(path.parent, workspace.root / workspace.settings.actions):
        raise AjoError("AJO008", f"the folder of {item.file} leads outside the folder of definitions")
    if not force and (path.exists() or path.is_symlink()):
        raise AjoError("AJO814", f"{item.file} exists already")
    write_text(path, item.text)


def _chosen(live: LiveState, patterns: Sequence[str]) -> tuple[list[Resource], list[LeftOut]]:
    resources = sorted(live.catalog, key=lambda each: each.key)
    others = [LeftOut(each.kind, each.name, each.reason) for each in live.others]
    if not patterns:
        return resources, others
    for pattern in patterns:
        names = [*(_names(each) for each in resources), *((each.name,) for each in others)]
        if not any(_matches(pattern, each) for each in names):
            fix = "`ajo list --live` shows what is there."
            raise AjoError("AJO308", f'nothing live is called "{pattern}"', fix=fix)
    return (
        [each for each in resources if any(_matches(one, _names(each)) for one in patterns)],
        [each for each in others if any(_matches(one, (each.name,)) for one in patterns)],
    )


def _names(resource: Resource) -> tuple[str, ...]:
    return resource.name, resource.key.identity


def _matches(pattern: str, names: Iterable[str]) -> bool:
    return any(name == pattern or fnmatchcase(name, pattern) for name in names)


def _split(chosen: Iterable[Resource], desired: Catalog) -> tuple[list[LeftOut], list[Resource]]:
    previous = {
        ResourceKey(each.key.kind, each.previous_name): each for each in desired if each.previous_name
    }
    managed, open_ = [], []
    for resource in chosen:
        mine = desired.get(resource.key) or previous.get(resource.key)
        if mine is None:
            open_.append(resource)
        else:
            managed.append(LeftOut(resource.key.kind, mine.name, f"{mine.file} stands for it"))
    return managed, open_
