/*
 * X leaves the organisation: the key server makes the removal itself and tells the core until it has recorded it
 * (docs/wires.md §9). Identity's feed says at entry 1 that X is gone and at entry 2, if at all, that X is back. Core and
 * processes of the key server hear of it each in their own time; a core that is killed may start with an older copy.
 */

mtype = { undelivered, delivered };                         /* what became of the key server's own removal */
mtype = { removal, recorded };                              /* the frames about it */

#ifdef LEAVER
#ifdef STAYS_AWAY
#define LAST_ENTRY 1
#else
#define LAST_ENTRY 2
#endif
#define GONE(entry) (entry == 1)

byte feedHead;
byte coreFeed;
byte kmsFeed[2];
/* The key server's removal under the one operation id that person, resource and entry make. */
mtype own = nothing;
byte ownVersion;
/* The entry by which X was active when X was authorized last. */
byte grantedAt;
bool coreRecorded;
chan removals = [COPIES] of { mtype };
chan recordings = [COPIES] of { mtype };

#define CORE_THINKS_ACTIVE(person) (person != X || !GONE(coreFeed))

/* require-told.ts: while the core has not recorded the removal, a change of X is refused and any other waits. */
#ifdef FAULT_RECEIPT_BEFORE_REMOVAL_TOLD
#define UNTOLD false
#else
#define UNTOLD (own == undelivered)
#endif
#define WITHHELD(i) (UNTOLD && result[i] == nothing && (KIND(i) == bind || SUBJECT(i) != X))
#define TOLD_OF(person) (!UNTOLD || person != X)

/* grant.ts: nobody is authorized by an older entry than the one that removed them. */
#ifdef FAULT_GRANTS_BEHIND_FEED
#define KNOWN_TO_HAVE_LEFT(process) false
#else
#define KNOWN_TO_HAVE_LEFT(process) (own != nothing && kmsFeed[process] < 1)
#endif
#define GRANTS(process) (!GONE(kmsFeed[process]) && !KNOWN_TO_HAVE_LEFT(process))
#define KMS_GRANTS(person) (person != X || GRANTS(0) || GRANTS(1))

inline granted(person) {
  if
  :: person == X && GRANTS(0) -> grantedAt = kmsFeed[0]
  :: person == X && GRANTS(1) -> grantedAt = kmsFeed[1]
  :: person != X
  fi
}

#ifdef FAULT_NO_DEFERRAL
#define CORE_MAY_RECORD (coreFeed >= 1)
#else
#define CORE_MAY_RECORD (coreFeed >= 1 && !PENDING_FOR(X))
#endif

#define LEAVER_SETTLED (own != undelivered && (!GONE(feedHead) || !member[X]))

proctype Feed() {
end:
  do
  :: atomic { feedHead < LAST_ENTRY -> feedHead++ }
  :: atomic { coreFeed < feedHead -> coreFeed++ }
  :: atomic { kmsFeed[0] < feedHead -> kmsFeed[0]++ }
  :: atomic { kmsFeed[1] < feedHead -> kmsFeed[1]++ }
  od
}

#define FEED_CAN_FALL_BACK (coreFeed > 0)
inline feedFallsBack() {
  if
  :: coreFeed > 0 -> coreFeed--
  :: true
  fi
}

/* The key server: removes once, keeps the receipt, sends it again when nothing is on its way. */
proctype OwnRemoval() {
end:
  do
  :: atomic {
       authorized[X] && grantedAt < 1 && (GONE(kmsFeed[0]) || GONE(kmsFeed[1])) ->
         assert(own == nothing);                            /* An entry removes once: its operation id is used once. */
         authorized[X] = false; listVersion++; kmsDeparture();
         own = undelivered; ownVersion = listVersion        /* moment: leaver removed */
     }
  :: atomic {
       own == undelivered && empty(removals) && empty(recordings) ->
         if
         :: removals!removal
         :: faults > 0 -> faults--
         :: faults > 0 -> faults--; removals!removal; removals!removal
         fi
     }
  :: atomic { recordings?recorded -> own = delivered }
  od
}

/*
 * The core records it once. Where it would be silent, so that the key server sends again, the frame waits here instead.
 */
proctype Recording() {
end:
  do
  :: atomic {
       nempty(removals) && (coreRecorded || CORE_MAY_RECORD) -> removals?removal;
       if
       :: coreRecorded -> skip                              /* moment: removal told again */
       :: !coreRecorded && OVERTAKEN(X, ownVersion) -> coreRecorded = true; coreDeparture(ownVersion)
       :: !coreRecorded && !OVERTAKEN(X, ownVersion) ->
            coreRecorded = true; newestWord[X] = ownVersion;
            member[X] = false; suspended[X] = false; coreDeparture(ownVersion)
       fi;
       if
       :: recordings!recorded
       :: faults > 0 -> faults--
       :: faults > 0 -> faults--; recordings!recorded; recordings!recorded
       fi
     }
  od
}

inline startLeaver() { run Feed(); run OwnRemoval(); run Recording() }

#else
#define CORE_THINKS_ACTIVE(person) true
#define KMS_GRANTS(person) true
#define TOLD_OF(person) true
#define WITHHELD(i) false
#define LEAVER_SETTLED true
inline granted(person) { skip }
#define FEED_CAN_FALL_BACK false
inline feedFallsBack() { skip }
inline startLeaver() { skip }
#endif
