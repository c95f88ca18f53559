"""The people: guards, supervisors and admins."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import HTTPException, Query
from sqlmodel import Session, col, select

from fields import in_order, now, occurs
from models import Role, User
from pagination import Paged
from routes.duty import end_duty, running_session
from routing import Db, Router, UserId, error_responses, get_or_404, in_thread, not_found, update_or_409
from rows import count, lock_rows, save
from schemas import (
    PasswordReset,
    ProfileUpdate,
    RoleUpdate,
    UserContact,
    UserCreate,
    UserListed,
    UserPage,
    UserProfile,
    UserPublic,
    UserSearch,
)
from security import Admin, Caller, CurrentUser, HashingSlot, SuperAdmin, Supervisor, end_tokens, register, set_password

router = Router(prefix="/users", tags=["users"])


@router.get("/me", response_model=UserPublic)
def get_current_user(db: Db, user: CurrentUser) -> User:
    """The caller, with the profile."""
    return get_or_404(db, User, user.id)


@router.get("", response_model=list[UserListed])
def get_users(user: Supervisor, page: Paged) -> list[User]:
    """Everyone who is not archived, by role, then by first name."""
    active = select(User).where(col(User.archived_at).is_(None))
    return page.fetch(active.order_by(in_order(User.role), User.first_name, User.id))


@router.post("", status_code=201, response_model=UserPublic, responses=error_responses(409))
@in_thread
def create_user(slot: HashingSlot, db: Db, user: Admin, body: UserCreate) -> User:
    """Make a user who signs in with this password. The rank is below one's own, unless one is SUPER_ADMIN."""
    must_outrank(user, body.role)
    return register(db, body, body.role)


@router.get("/management", response_model=UserPage)
def get_all_users_for_management(db: Db, user: Admin, search: Annotated[UserSearch, Query()]) -> UserPage:
    """The people to manage, archived or not, active ones first. Their names or e-mail address have each word."""
    found = select(User)
    for word in search.search_term.split():
        found = found.where(occurs(word, User.first_name, User.last_name, User.email))
    order = col(User.archived_at).is_not(None), in_order(User.role), User.first_name, User.id
    start = (search.page - 1) * search.page_size
    users = db.exec(found.order_by(*order).limit(search.page_size).offset(start)).all()
    return UserPage.model_validate({"users": users, "total": count(db, found)})


@router.get("/supervisors", response_model=list[UserContact])
def get_supervisors_for_notification(user: Supervisor, page: Paged) -> list[User]:
    """The active people of the role SUPERVISOR, by last name."""
    supervisors = select(User).where(User.role == Role.SUPERVISOR, col(User.archived_at).is_(None))
    return page.fetch(supervisors.order_by(User.last_name, User.first_name, User.id))


@router.get("/{userId}", response_model=UserProfile, responses=error_responses(403))
def get_user_by_id(db: Db, user: CurrentUser, user_id: UserId) -> User:
    """A profile: one's own, or anyone's for SUPERVISOR and above."""
    found = get_or_404(db, User, user_id)
    if found.id != user.id and not user.role.reaches(Role.SUPERVISOR):
        raise HTTPException(403, "You may see your own profile only.")
    return found


@router.patch("/{userId}", response_model=UserProfile, responses=error_responses(403))
def update_user_profile(db: Db, user: CurrentUser, user_id: UserId, body: ProfileUpdate) -> User:
    """Change one's own profile."""
    found = get_or_404(db, User, user_id)
    if found.id != user.id:
        raise HTTPException(403, "You may change your own profile only.")
    return save(db, found.sqlmodel_update(body.model_dump(exclude_unset=True)))


@router.put("/{userId}/role", response_model=UserPublic, responses=error_responses(409))
def update_user_role(db: Db, user: Admin, user_id: UserId, body: RoleUpdate) -> User:
    """Give someone a role. It is below one's own, unless one is SUPER_ADMIN."""
    found = manageable(db, user, user_id)
    must_outrank(user, body.role)
    if body.role is not Role.SUPER_ADMIN:
        keep_a_super_admin(db, found)
    changed = "This user's role has just been changed. Look again."
    return update_or_409(db, found, col(User.role) == found.role, detail=changed, role=body.role)


@router.put("/{userId}/password", status_code=204)
@in_thread
def reset_password(slot: HashingSlot, db: Db, user: Admin, user_id: UserId, body: PasswordReset) -> None:
    """Give someone of a lower rank a password. It may be their first one. All their tokens end."""
    set_password(db, manageable(db, user, user_id).id, body.new_password)


@router.post("/{userId}/archive", response_model=UserPublic, responses=error_responses(409))
def archive_user(db: Db, user: Admin, user_id: UserId) -> User:
    """Shut someone of a lower rank out, for good as far as their tokens go. If they are on duty, their duty ends."""
    found = manageable(db, user, user_id)
    keep_a_super_admin(db, found)
    update_or_409(
        db, found, col(User.archived_at).is_(None), detail="This user is archived already.", archived_at=now()
    )
    if session := running_session(db, found.id):
        end_duty(db, session, f"Archived by {user.full_name}")
    end_tokens(db, found.id)
    return found


@router.post("/{userId}/unarchive", response_model=UserPublic, responses=error_responses(409))
def unarchive_user(db: Db, user: SuperAdmin, user_id: UserId) -> User:
    """Let someone in again, to sign in anew. Also tokens that the identity provider issued meanwhile don't work."""
    found, archived = manageable(db, user, user_id), col(User.archived_at).is_not(None)
    update_or_409(db, found, archived, detail="This user is not archived.", archived_at=None)
    end_tokens(db, found.id)
    return found


def must_outrank(actor: Caller, role: Role) -> None:
    """Only a SUPER_ADMIN acts on, or gives, a rank that is not lower than their own (403)."""
    if actor.role is not Role.SUPER_ADMIN and role.reaches(actor.role):
        raise HTTPException(403, f"This takes a higher role than {actor.role}.")


def manageable(db: Session, actor: Caller, user_id: str) -> User:
    """The user to act on: someone else, of a rank that the caller may act on."""
    found = get_or_404(db, User, user_id)
    if found.id == actor.id:
        raise HTTPException(403, "You can't do this to yourself. Ask another admin.")
    must_outrank(actor, found.role)
    return found


def keep_a_super_admin(db: Session, leaving: User) -> None:
    """Refuse to lose the last active SUPER_ADMIN (409).

    All of them are held, so that two who remove each other at once can't both succeed.
    """
    if leaving.role is Role.SUPER_ADMIN and leaving.archived_at is None:
        active = col(User.role) == Role.SUPER_ADMIN, col(User.archived_at).is_(None)
        if not any(user.id != leaving.id for user in lock_rows(db, User, *active)):
            raise HTTPException(409, "This is the last active SUPER_ADMIN. Make another one first.")


def hold_users(db: Session, ids: Iterable[str]) -> dict[str, User]:
    """These people by id; each must exist (404). Until this request is over nobody archives or promotes them."""
    named = set(ids)
    users = {user.id: user for user in lock_rows(db, User, col(User.id).in_(named))}
    if len(users) < len(named):
        raise not_found(User)
    return users


def must_not_be_archived(users: Iterable[User]) -> None:
    """Refuse people who are archived (409)."""
    if archived := ", ".join(user.full_name for user in users if user.archived_at):
        raise HTTPException(409, f"Choose somebody else: {archived} can't sign in any more.")
