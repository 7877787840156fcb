"""What search and classifier read of a message: its matter, without greetings, signatures, marks and pasted logs."""

import pytest

from bot.reading import clean

LOG = """2026-11-20 10:00:01 INFO start
2026-11-20 10:00:02 ERROR could not open file C:\\x.xlsx: access denied
2026-11-20 10:00:03 INFO end"""
TRACE = """Traceback (most recent call last):
  File "a.py", line 3, in <module>
    main()
  File "a.py", line 7, in main
    print(1 / 0)
ZeroDivisionError: division by zero"""
JAVA = """Exception in thread "main" java.lang.IllegalStateException: no printer
    at com.example.Print.main(Print.java:7)
Caused by: java.io.IOException: tray is empty
    at com.example.Tray.open(Tray.java:3)
    ... 2 more"""

CASES = {
    "greeting": ("Hi team, hope you are well. My VPN drops.", "My VPN drops."),
    "greeting by name": ("hi liam, can you reset my password", "can you reset my password"),
    "formal greeting": ("Dear IT, my mouse is dead.", "my mouse is dead."),
    "no greeting of it": ("hi it is me again", "it is me again"),
    "no greeting of there": ("hi there is smoke in the office", "there is smoke in the office"),
    "pleasantry": ("Good morning! How are you? I need a headset", "I need a headset"),
    "apology": ("sorry to bother you again, but wifi died", "wifi died"),
    "thanks at the end": ("the printer is out of toner. thanks in advance!", "the printer is out of toner"),
    "signature": ("VPN drops daily\n\nKind regards,\nEmma Larsson\nHead of Sales\nPhone 4411", "VPN drops daily"),
    "signature in a line": ("VPN drops daily. Kind regards, Emma / Phone 4411", "VPN drops daily."),
    "postscript": ("VPN drops\nBest\nTom\nPS: the mouse too", "VPN drops\nPS: the mouse too"),
    "sent from": ("VPN drops daily\nSent from my iPhone", "VPN drops daily"),
    "link": ("see <https://x.example/a/b?id=1|the portal> please", "see the portal please"),
    "bare link": ("see https://www.x.example/very/long?id=123 please", "see x.example please"),
    "mention": ("<@U0FIRSTBOT> @colleague my screen is black", "my screen is black"),
    "channel": ("is <#C0ITL20001|it-l2> the right place", "is it-l2 the right place"),
    "emoji": (":tired_face: wifi died 😩", "wifi died"),
    "masked": ("my password is [removed: password] and fails", "my password is password and fails"),
    "shouting": ("I CANNOT OPEN OUTLOOK", "i cannot open outlook"),
    "signs": ("wifi is sooooo slow!!!! why???", "wifi is so slow! why?"),
    "long key": ("id a3f5c6d7e8f90a1b2c3d4e5f60718293 fails", "id fails"),
    "quoted mail": ("how do I get access to this shared folder\n> Hi Emma\n> you have no access",
                    "how do I get access to this shared folder"),
    "earlier mail": ("how do I get access to this shared folder\n\nOn Mon, 3 Nov Tom wrote:\nit is there",
                     "how do I get access to this shared folder"),
    "log": (f"excel crashes\n```\n{LOG}\n```\nwhat can i do",
            "excel crashes\nwhat can i do\ncould not open file C:\\x.xlsx: access denied"),
    "trace": (f"my script dies\n{TRACE}", "my script dies\nZeroDivisionError: division by zero"),
    "java": (f"printing fails\n{JAVA}", "printing fails\nCaused by: java.io.IOException: tray is empty"),
    "nothing but a log": (LOG, "could not open file C:\\x.xlsx: access denied"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "read"), CASES.values(), ids=CASES.keys())
def test_what_says_nothing_is_left_out(text: str, read: str):
    """The matter stays, in the person's own words."""
    assert clean(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "hello", "Thanks!", "Hi team, hope you are well", ":+1:", "how do I thank you", "INC-000123 is not solved", "",
        "it breaks at 10:30:45 every day", "error 0x80070005 in the update", "the address tom@example.com bounces",
        "see below\n> my vpn is down", "I restarted it\nThanks\nstill not working", "DNS has an AAAA record",
    ],
)  # fmt: skip
def test_what_says_something_stays(text: str):
    """A message that is nothing but courtesy, codes, times, addresses, a short word above a quote."""
    assert clean(text).split() == text.split()


def test_a_wall_of_text_is_read_from_its_beginning():
    """What is looked at is limited, so that a pasted book costs nothing."""
    assert len(clean("the printer on floor 3 says nothing. " * 5_000)) <= 8_000


def test_any_number_of_greetings():
    """Reading what was read changes nothing, however often somebody says hi."""
    assert clean("HI:HI:HI:HI:HI:0") == clean("0")
