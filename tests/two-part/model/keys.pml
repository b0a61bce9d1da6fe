/*
 * One content key that A makes and binds to the room: who gets it, and when a post may be sealed under it.
 * bind-key.ts and claim-keys.ts at the key server; bindKey, markKeysStale and decide-post.ts at the core.
 */

#ifdef KEYS
/* The key server. */
bool isBound;
byte boundVersion;
byte departureAtKms;
/* The core. */
bool isLive;
bool isStale;
byte liveVersion;
byte departureAtCore;
/* Seen by the claims alone. */
bool xHoldsKey;

#define CORE_KEY_ALLOWED (!(isLive && isStale))
#ifdef FAULT_REBINDS_OLD_KEY
#define KMS_KEY_ALLOWED true
#else
#define KMS_KEY_ALLOWED (!isBound || boundVersion >= departureAtKms)
#endif

inline kmsBinds() {
  if
  :: !isBound -> isBound = true; boundVersion = listVersion
  :: else
  fi
}

inline kmsDeparture() { departureAtKms = listVersion }

inline coreBinds(itsVersion) {
  if
  :: !isLive ->
       isLive = true; liveVersion = itsVersion;             /* moment: key bound */
#ifndef FAULT_LATE_KEY_IS_FRESH
       isStale = (itsVersion < departureAtCore)
#endif
  :: else
  fi
}

inline coreDeparture(itsVersion) {
  departureAtCore = (itsVersion > departureAtCore -> itsVersion : departureAtCore);
  if
  :: isLive && liveVersion < itsVersion -> isStale = true   /* moment: key goes stale */
  :: else
  fi
}

/* X asks for the key at some moment; the key server decides by its list alone. */
proctype Fetch() {
  atomic {
    isBound && authorized[X] -> xHoldsKey = true;           /* moment: key fetched in time */
    assert(member[X])                                       /* I3: no key for somebody whose removal was acknowledged */
  }
}

/* Somebody posts under the key at some moment; the core takes it if the key is live and not stale. */
proctype Post() {
  atomic {
    isLive && !isStale ->
      assert(member[X] || !xHoldsKey)                       /* I3: nor anything that a key of theirs opens */
  }
}

inline startKeys() { run Fetch(); run Post() }

#else
#define CORE_KEY_ALLOWED true
#define KMS_KEY_ALLOWED true
inline kmsBinds() { skip }
inline kmsDeparture() { skip }
inline coreBinds(itsVersion) { skip }
inline coreDeparture(itsVersion) { skip }
inline startKeys() { skip }
#endif
