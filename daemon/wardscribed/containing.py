"""A fault in one session stays there: it is logged without content, and nobody else notices."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from wardscribe.protocol import ProtocolError
from wardscribed.errors import frames
from wardscribed.mending import break_off, mend
from wardscribed.session import Session
from wardscribed.trust.identity import log_name

log = logging.getLogger(__name__)


@contextmanager
def contained(session: Session) -> Iterator[None]:
    """What fails in here hurts this session only: it is mended, or else ended with the words that it has.

    A ProtocolError passes: that is the peer's fault, not a bug.
    """
    try:
        yield
    except ProtocolError:
        raise
    except Exception as error:
        log.error("session %s failed: %s", log_name(session.id), frames(error))
        _mend(session)


def _mend(session: Session) -> None:
    for remedy in (mend, break_off):
        try:
            remedy(session)
        except Exception as error:
            log.error("session %s: '%s' failed too: %s", log_name(session.id), remedy.__name__, frames(error))
        else:
            return
