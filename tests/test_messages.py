"""Messages between guards and supervisors on duty."""

from datetime import timedelta

import pytest

from conftest import made
from fields import now
from models import DutySession, Message, MessageType, Role


@pytest.fixture
def question(guard, duty):
    """What the guard on duty asks the supervisors."""
    return made(write(guard, "Who has the key to gate 3?"))


@pytest.fixture
def answer(supervisor, round_of_duty, guard, question):
    """What the supervisor on duty answers them."""
    return made(reply(supervisor, guard, "I do", replyToId=question["id"]))


def write(person, content):
    return person.post("/messages", json={"content": content})


def reply(person, guard, content="Coming", **fields):
    return person.post(f"/conversations/{guard.id}/messages", json={"content": content, **fields})


def thread(person, guard):
    return person.get(f"/conversations/{guard.id}/messages")


def read(person, message):
    return person.post(f"/messages/{message['id']}/read")


def clock_out(person, session):
    assert person.post(f"/duty-sessions/{session['id']}/clock-out").status_code == 200


def sent(person, session, **fields):
    return Message(
        content="Quiet",
        type=MessageType.GUARD_TO_SUPERVISOR,
        sender_id=person.id,
        duty_session_id=session["id"],
        **fields,
    )


def contents(answer):
    return [message["content"] for message in answer.json()]


# Writing


def test_a_guard_on_duty_writes_to_the_supervisors(guard, duty):
    message = made(write(guard, "Who has the key to gate 3?"))
    assert message.pop("id").startswith("c")
    assert message.pop("createdAt").endswith("Z")
    assert message == {
        "content": "Who has the key to gate 3?",
        "type": "GUARD_TO_SUPERVISOR",
        "senderId": guard.id,
        "senderName": "Gail Tester",
        "readAt": None,
        "replyToId": None,
    }


def test_a_supervisor_on_duty_answers_a_guard_on_duty(supervisor, round_of_duty, guard, question):
    message = made(reply(supervisor, guard, "I do", replyToId=question["id"]))
    assert (message["type"], message["senderName"]) == ("SUPERVISOR_TO_GUARD", "Sam Tester")
    assert message["replyToId"] == question["id"]


def test_a_supervisor_on_duty_may_write_first(supervisor, round_of_duty, guard, duty):
    assert made(reply(supervisor, guard, "Welcome", replyToId=None))["replyToId"] is None


def test_a_guard_off_duty_writes_to_nobody(guard):
    assert write(guard, "Hello").status_code == 409


def test_a_supervisor_off_duty_answers_nobody(supervisor, guard, question):
    assert reply(supervisor, guard).status_code == 409


def test_nobody_answers_a_guard_off_duty(supervisor, round_of_duty, guard, duty):
    clock_out(guard, duty)
    assert reply(supervisor, guard).status_code == 409


def test_nobody_writes_to_a_supervisor_on_duty(other_supervisor, supervisor, round_of_duty, hq):
    made(other_supervisor.post("/duty-sessions", json={}))
    assert reply(other_supervisor, supervisor).status_code == 409


def test_nobody_writes_to_himself(supervisor, round_of_duty):
    assert reply(supervisor, supervisor).status_code == 409


@pytest.mark.parametrize("person", ["supervisor", "admin", "super_admin"])
def test_only_guards_write_to_the_supervisors(person, hq, request):
    person = request.getfixturevalue(person)
    made(person.post("/duty-sessions", json={}))
    assert write(person, "").status_code == 403


def test_only_supervisors_answer_guards(other_guard, guard, duty):
    assert reply(other_guard, guard, "").status_code == 403


@pytest.mark.parametrize("content", ["   ", "x" * 5000])
def test_content_of_spaces_and_of_5000_characters_is_content(guard, duty, content):
    assert made(write(guard, content))["content"] == content


@pytest.mark.parametrize("content", ["", "x" * 5001, None, 7])
def test_content_is_a_text_of_1_to_5000_characters(guard, duty, supervisor, round_of_duty, content):
    assert write(guard, content).status_code == 422
    assert reply(supervisor, guard, content).status_code == 422


def test_a_reply_is_to_a_message_of_the_same_conversation(supervisor, round_of_duty, other_guard, question, dock):
    made(other_guard.post("/duty-sessions", json={"locationId": dock["id"]}))
    assert reply(supervisor, other_guard, replyToId=question["id"]).status_code == 409


def test_a_reply_to_a_message_of_an_earlier_duty_is_refused(supervisor, round_of_duty, guard, duty, question, dock):
    clock_out(guard, duty)
    made(guard.post("/duty-sessions", json={"locationId": dock["id"]}))
    assert reply(supervisor, guard, replyToId=question["id"]).status_code == 409


@pytest.mark.parametrize(("reply_to_id", "status"), [("cnosuchid", 404), (7, 422), ("", 201)])
def test_a_reply_is_to_a_message_that_exists(supervisor, round_of_duty, guard, duty, reply_to_id, status):
    assert reply(supervisor, guard, replyToId=reply_to_id).status_code == status


def test_nobody_writes_to_an_unknown_guard(supervisor):
    assert supervisor.post("/conversations/cnosuchid/messages", json={"content": "Hello"}).status_code == 404


# Reading


def test_people_see_the_messages_of_their_running_duty_oldest_first(guard, question, answer):
    assert contents(guard.get("/messages")) == ["Who has the key to gate 3?", "I do"]


def test_off_duty_there_are_no_messages(guard, duty, question):
    clock_out(guard, duty)
    assert guard.get("/messages").json() == []


def test_a_guard_does_not_see_anothers_messages(other_guard, question, dock):
    made(other_guard.post("/duty-sessions", json={"locationId": dock["id"]}))
    assert other_guard.get("/messages").json() == []


def test_supervisors_see_a_conversation_oldest_first(other_supervisor, guard, question, answer):
    assert contents(thread(other_supervisor, guard)) == ["Who has the key to gate 3?", "I do"]


def test_a_conversation_is_with_someone_on_duty(supervisor, guard, duty, question):
    clock_out(guard, duty)
    assert thread(supervisor, guard).status_code == 409


def test_a_conversation_is_with_a_guard(supervisor, round_of_duty):
    assert thread(supervisor, supervisor).status_code == 409


def test_there_is_no_conversation_with_an_unknown_guard(supervisor):
    assert supervisor.get("/conversations/cnosuchid/messages").status_code == 404


def test_conversations_are_for_supervisors(guard, duty):
    assert guard.get("/conversations").status_code == 403
    assert thread(guard, guard).status_code == 403


def test_a_line_of_the_conversations_shows_guard_place_and_last_message(supervisor, guard, question, answer):
    assert supervisor.get("/conversations").json() == [
        {
            "guardId": guard.id,
            "guardName": "Gail Tester",
            "locationName": "North Dock",
            "lastMessage": "I do",
            "lastMessageTime": answer["createdAt"],
            "unreadCount": 1,
        }
    ]


def test_a_guard_without_a_location_is_roaming(supervisor, guard, question, db):
    db.get(DutySession, guard.get("/duty-sessions/active").json()["id"]).location_id = None
    db.commit()
    assert supervisor.get("/conversations").json()[0]["locationName"] == "Roaming"


def test_the_conversation_with_the_latest_message_comes_first(supervisor, round_of_duty, guard, other_guard, dock, db):
    for minutes, person in enumerate([guard, other_guard]):
        session = made(person.post("/duty-sessions", json={"locationId": dock["id"]}))
        db.add(sent(person, session, created_at=now() - timedelta(minutes=minutes + 1)))
    db.commit()
    assert [line["guardName"] for line in supervisor.get("/conversations").json()] == ["Gail Tester", "Gus Tester"]
    made(reply(supervisor, other_guard))
    assert [line["guardName"] for line in supervisor.get("/conversations").json()] == ["Gus Tester", "Gail Tester"]


def test_what_the_guard_wrote_and_nobody_has_read_is_unread(supervisor, guard, question, answer):
    made(write(guard, "Thanks"))
    assert supervisor.get("/conversations").json()[0]["unreadCount"] == 2
    read(supervisor, question)
    assert supervisor.get("/conversations").json()[0]["unreadCount"] == 1


def test_conversations_are_with_guards_on_duty_who_have_messages(
    supervisor, round_of_duty, guard, duty, question, other_guard, dock
):
    made(other_guard.post("/duty-sessions", json={"locationId": dock["id"]}))
    assert [line["guardId"] for line in supervisor.get("/conversations").json()] == [guard.id]
    clock_out(guard, duty)
    assert supervisor.get("/conversations").json() == []


# Marking as read


def test_any_supervisor_marks_a_guards_message_as_read(other_supervisor, guard, question):
    assert read(other_supervisor, question).status_code == 204
    assert guard.get("/messages").json()[0]["readAt"] is not None


def test_the_guard_marks_a_supervisors_message_as_read(guard, answer):
    assert read(guard, answer).status_code == 204
    assert guard.get("/messages").json()[1]["readAt"] is not None


def test_the_first_reading_counts(supervisor, question, db):
    first = now() - timedelta(days=1)
    db.get(Message, question["id"]).read_at = first
    db.commit()
    assert read(supervisor, question).status_code == 204
    assert db.get(Message, question["id"], populate_existing=True).read_at == first


def test_nobody_marks_their_own_message_as_read(guard, question, supervisor, answer):
    assert read(guard, question).status_code == 403
    assert read(supervisor, answer).status_code == 403


def test_another_guard_marks_nothing_as_read(other_guard, question, answer):
    assert read(other_guard, question).status_code == 403
    assert read(other_guard, answer).status_code == 403


def test_an_unknown_message_can_not_be_read(guard):
    assert read(guard, {"id": "cnosuchid"}).status_code == 404


# The number of queries


@pytest.mark.parametrize("rows", [1, 10, 100])
def test_a_conversation_takes_as_many_queries_however_long_it_is(guard, duty, supervisor, db, count_queries, rows):
    db.add_all(sent(guard, duty) for _ in range(rows))
    db.commit()
    assert count_queries(lambda: guard.get("/messages?limit=500")) == 2
    assert count_queries(lambda: supervisor.get(f"/conversations/{guard.id}/messages?limit=500")) == 4


@pytest.mark.parametrize("rows", [1, 10, 100])
def test_the_conversations_take_as_many_queries_however_many_there_are(supervisor, someone, db, count_queries, rows):
    for _ in range(rows):
        person = someone(Role.GUARD)
        session = DutySession(user_id=person.id)
        db.add_all([session, sent(person, {"id": session.id}), sent(person, {"id": session.id})])
    db.commit()
    assert count_queries(lambda: supervisor.get("/conversations?limit=500")) == 3
