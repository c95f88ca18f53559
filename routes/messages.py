"""Messages between guards and supervisors on duty."""

from fastapi import HTTPException
from sqlmodel import Session, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from fields import now
from models import DutySession, Message, MessageType, Role, User
from pagination import Paged
from routes.duty import OPEN, must_be_on_duty, running_session
from routing import Db, GuardUserId, MessageId, Router, error_responses, get_or_404, lock_row
from rows import save, without
from schemas import Conversation, MessageCreate, MessagePublic, ReplyCreate
from security import Caller, CurrentUser, Guard, Supervisor

router = Router(tags=["messages"])

OLDEST_FIRST = col(Message.created_at), col(Message.id)
NEWEST_FIRST = col(Message.created_at).desc(), col(Message.id).desc()
WITHOUT_DUTY = without(Message.duty_session)
OFF_DUTY = "This guard is not on duty."
UNREAD = col(Message.read_at).is_(None)


@router.post("/messages", status_code=201, response_model=MessagePublic, responses=error_responses(409))
def send_guard_message(db: Db, user: Guard, body: MessageCreate) -> Message:
    """Write to the supervisors, being on duty."""
    session = must_be_on_duty(db, user)
    return save(db, Message(content=body.content, sender_id=user.id, duty_session_id=session.id))


@router.post(
    "/conversations/{guardUserId}/messages",
    status_code=201,
    response_model=MessagePublic,
    responses=error_responses(409),
)
def send_supervisor_reply(db: Db, user: Supervisor, guard_user_id: GuardUserId, body: ReplyCreate) -> Message:
    """Write to a guard on duty, being on duty oneself. It may answer a message of the same duty session."""
    guard = get_or_404(db, User, guard_user_id)
    replied_to = get_or_404(db, Message, body.reply_to_id) if body.reply_to_id else None
    must_be_on_duty(db, user)
    session = guard_duty(db, guard)
    lock_row(db, session, OPEN, detail=OFF_DUTY)
    if replied_to and replied_to.duty_session_id != session.id:
        raise HTTPException(409, "The message to reply to belongs to another conversation.")
    facts = {"type": MessageType.SUPERVISOR_TO_GUARD, "sender_id": user.id, "duty_session_id": session.id}
    return save(db, Message.model_validate(body, update=facts))


@router.get("/messages", response_model=list[MessagePublic])
def get_my_messages(user: CurrentUser, page: Paged) -> list[Message]:
    """The messages of the caller's running duty session, oldest first. Off duty there are none."""
    mine = select(Message).join(DutySession).where(DutySession.user_id == user.id, OPEN)
    return page.fetch(mine.options(WITHOUT_DUTY).order_by(*OLDEST_FIRST))


@router.get("/conversations", response_model=list[Conversation])
def get_guard_conversations(db: Db, user: Supervisor, page: Paged) -> list[Conversation]:
    """The guards on duty with messages, the latest message first."""
    lasts = page.fetch(last_messages())
    unread = unread_counts(db, [last.duty_session_id for last in lasts])
    return [
        Conversation(
            guard_id=last.duty_session.user_id,
            guard_name=last.duty_session.user.full_name,
            location_name=last.duty_session.location.name if last.duty_session.location else "Roaming",
            last_message=last.content,
            last_message_time=last.created_at,
            unread_count=unread.get(last.duty_session_id, 0),
        )
        for last in lasts
    ]


@router.get("/conversations/{guardUserId}/messages", response_model=list[MessagePublic], responses=error_responses(409))
def get_conversation_thread(db: Db, user: Supervisor, guard_user_id: GuardUserId, page: Paged) -> list[Message]:
    """The messages of a guard's running duty session, oldest first."""
    session = guard_duty(db, get_or_404(db, User, guard_user_id))
    thread = select(Message).where(Message.duty_session_id == session.id)
    return page.fetch(thread.options(WITHOUT_DUTY).order_by(*OLDEST_FIRST))


@router.post("/messages/{messageId}/read", status_code=204, responses=error_responses(403))
def mark_message_as_read(db: Db, user: CurrentUser, message_id: MessageId) -> None:
    """Note that a message has been read by whom it is for. The first time counts; again changes nothing."""
    message = get_or_404(db, Message, message_id)
    if not is_recipient(user, message):
        raise HTTPException(403, "This message is not for you.")
    db.exec(update(Message).where(col(Message.id) == message.id, UNREAD).values(read_at=now()))


def guard_duty(db: Session, guard: User) -> DutySession:
    """The session of a conversation: it takes someone of the role GUARD, on duty (409)."""
    if guard.role is not Role.GUARD:
        raise HTTPException(409, "This is no guard. Conversations are with guards on duty.")
    if session := running_session(db, guard.id):
        return session
    raise HTTPException(409, OFF_DUTY)


def is_recipient(user: Caller, message: Message) -> bool:
    """Whether a message is for the caller: the guard's are for all supervisors, all others for the guard."""
    if message.type is MessageType.GUARD_TO_SUPERVISOR:
        return user.role.reaches(Role.SUPERVISOR)
    return message.duty_session.user_id == user.id


def last_messages() -> SelectOfScalar[Message]:
    """The last message of each guard on duty who has any, the latest first."""
    age = func.row_number().over(partition_by=col(Message.duty_session_id), order_by=NEWEST_FIRST)
    guards = select(Message.id, age.label("age")).join(DutySession).join(User).where(OPEN, User.role == Role.GUARD)
    by_age = guards.subquery()
    lasts = select(Message).join(by_age, col(Message.id) == by_age.c.id).where(by_age.c.age == 1)
    shown = without(Message.sender), without(Message.duty_session, DutySession.shift)
    return lasts.options(*shown).order_by(*NEWEST_FIRST)


def unread_counts(db: Session, session_ids: list[str]) -> dict[str, int]:
    """How many messages of the guard nobody has read, by duty session."""
    of_guards = col(Message.duty_session_id).in_(session_ids), Message.type == MessageType.GUARD_TO_SUPERVISOR
    counts = select(Message.duty_session_id, func.count()).where(*of_guards, UNREAD).group_by(Message.duty_session_id)
    return dict(db.exec(counts).all())
