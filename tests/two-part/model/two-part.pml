/*
 * The two-part change (architecture.md §6, docs/wires.md §4 and §9): how the core's and the key server's half of "who may
 * read this room" live and die together. README.md says in words what is claimed here and what is left out.
 *
 * Compile with one -D of scenarios.pml, with -DFAULTS=<n>, and with -DFAULT_<NAME> to plant a fault that must be found.
 */

#include "scenarios.pml"

mtype = { add, remove, bind };                    /* what an operation does */
mtype = { nothing, pending, applied, refused };   /* what became of it: an intent of the core, a result of the key server */
mtype = { idle, owned, asking, inquiring };       /* what a core process does about it */
mtype = { operation, status };                    /* what the core sends about it */

/* How many more faults may happen: a frame lost or doubled, a timeout too early, a process killed. */
byte faults = FAULTS;

/* ---- The core. Durable: */
mtype intent[OPS] = nothing;
bool member[PEOPLE];
bool suspended[PEOPLE];
/* The list's version of the newest change of each person that was applied here (access-order.ts). */
byte newestWord[PEOPLE];
/* Gone with a crash: */
mtype phase[OPS] = idle;

/* ---- The key server. All of it is durable: any of its processes answers anything from one database. */
mtype result[OPS] = nothing;
byte receiptVersion[OPS];
bool authorized[PEOPLE];
byte listVersion = 1;

/* ---- Between them: bags of frames, taken in any order. A frame of one operation never waits for another's. */
chan toKms[OPS] = [COPIES] of { mtype };
chan toCore[OPS] = [COPIES] of { mtype, byte };
/* Key server processes that hold a frame and have not answered yet. */
byte held[OPS];

/* ---- Clients: how often the same bytes may still arrive (the request and its retry). */
byte requests[OPS] = REQUESTS;

/* ---- Seen by the claims alone. */
byte timesApplied[OPS];
byte timesLogged[OPS];

/* What was decided before is the answer whoever asks how often. */
#define RECALL(i) outcome = result[i]; itsVersion = receiptVersion[i]
#ifdef FAULT_NOT_IDEMPOTENT
#define REPEATS (result[i] == applied && KMS_ALLOWS(i))
#else
#define REPEATS false
#endif

#define SILENT(i) (len(toKms[i]) == 0 && len(toCore[i]) == 0 && held[i] == 0)
#define TOUCHES(i, person) (intent[i] == pending && KIND(i) != bind && SUBJECT(i) == person)
#if OPS == 2
#define PENDING_FOR(person) (TOUCHES(0, person) || TOUCHES(1, person))
#define NOTHING_PENDING (intent[0] != pending && intent[1] != pending)
#define ANYTHING_RUNS (phase[0] != idle || phase[1] != idle)
#else
#define PENDING_FOR(person) (TOUCHES(0, person) || TOUCHES(1, person) || TOUCHES(2, person))
#define NOTHING_PENDING (intent[0] != pending && intent[1] != pending && intent[2] != pending)
#define ANYTHING_RUNS (phase[0] != idle || phase[1] != idle || phase[2] != idle)
#endif

/* The newest word about a person stands, whatever comes home later. */
#ifdef FAULT_OLD_WORD_STANDS
#define OVERTAKEN(person, itsVersion) false
#else
#define OVERTAKEN(person, itsVersion) (itsVersion < newestWord[person])
#endif

#include "keys.pml"
#include "leaver.pml"
#include "delivery.pml"

/* The key server will not answer: nothing is on its way, or it keeps silent until the core has done something else. */
#define NO_ANSWER(i) (SILENT(i) || (WITHHELD(i) && phase[i] == asking))

/* I1, and that nothing stays pending: once faults have stopped, both halves agree for ever and every operation is decided. */
#define AGREED (member[A] == authorized[A] && member[X] == authorized[X] && member[Y] == authorized[Y])
ltl settles { <> [] (AGREED && NOTHING_PENDING && LEAVER_SETTLED && DELIVERY_SETTLED) }

/* A frame arrives once, or is lost, or arrives twice. */
inline sendToKms(i, frame) {
  assert(len(toKms[i]) < COPIES - 1);
  if
  :: toKms[i]!!frame
  :: faults > 0 -> faults--
  :: faults > 0 -> faults--; toKms[i]!!frame; toKms[i]!!frame
  fi
}

inline sendToCore(i, outcome, itsVersion) {
  assert(len(toCore[i]) < COPIES - 1);
  if
  :: toCore[i]!!outcome,itsVersion
  :: faults > 0 -> faults--
  :: faults > 0 -> faults--; toCore[i]!!outcome,itsVersion; toCore[i]!!outcome,itsVersion
  fi
}

/* decide-change.ts: the core's half, decided in the transaction that writes the intent. */
#define STANDS(person) (member[person] && !suspended[person])
#define CORE_ALLOWS(i) (STANDS(ACTOR(i)) && (KIND(i) == bind -> CORE_KEY_ALLOWED : \
  !PENDING_FOR(SUBJECT(i)) && (KIND(i) == remove -> member[SUBJECT(i)] : !member[SUBJECT(i)] && CORE_THINKS_ACTIVE(SUBJECT(i)))))

/* commit-change.ts: the core's half, made in the transaction that decides the intent. */
inline commit(i, itsVersion) {
  intent[i] = applied;
  timesLogged[i]++;
  assert(timesLogged[i] == 1);                              /* I5 */
  if
  :: KIND(i) == add ->
       assert(timesApplied[i] > 0);                         /* I2 */
       newestWord[SUBJECT(i)] = itsVersion;
       member[SUBJECT(i)] = true                            /* moment: add applied */
  :: KIND(i) == remove ->
       member[SUBJECT(i)] = false;                          /* moment: remove applied */
       suspended[SUBJECT(i)] = false;
       newestWord[SUBJECT(i)] = itsVersion
  :: KIND(i) == bind ->
       coreBinds(itsVersion)
  fi
}

inline refuse(i) {
  intent[i] = refused;
  if
  :: KIND(i) == remove -> suspended[SUBJECT(i)] = false     /* moment: remove refused */
  :: KIND(i) != remove -> skip                              /* moment: other refused */
  fi
}

inline overtaken(i) {
  intent[i] = refused;
  suspended[SUBJECT(i)] = false
}

/* conclude.ts: exactly once, whoever brought the receipt home. */
inline concludeApplied(i, itsVersion) {
  if
  :: intent[i] == pending && KIND(i) == remove -> coreDeparture(itsVersion)   /* Who came back since went all the same. */
  :: else
  fi;
  if
  :: intent[i] == pending && KIND(i) != bind && OVERTAKEN(SUBJECT(i), itsVersion) -> overtaken(i)
#ifdef FAULT_CONCLUDES_TWICE
  :: (intent[i] == pending || intent[i] == applied) && !(KIND(i) != bind && OVERTAKEN(SUBJECT(i), itsVersion)) -> commit(i, itsVersion)
#else
  :: intent[i] == pending && (KIND(i) == bind || !OVERTAKEN(SUBJECT(i), itsVersion)) -> commit(i, itsVersion)
#endif
  :: else
  fi;
  phase[i] = idle
}

inline concludeRefused(i) {
  if
  :: intent[i] == pending -> refuse(i)
  :: else
  fi;
  phase[i] = idle
}

/* All that the core does about one operation: room-changes.ts, write-intent.ts, two-part-changes.ts, recovery.ts. */
proctype Change(byte i) {
  byte itsVersion;
end:
  do
  /* A request arrives: the first, or the same bytes again. Or nobody asks any more. */
  :: atomic {
       requests[i] > 0 -> requests[i]--;
       if
       :: intent[i] == nothing && CORE_ALLOWS(i) ->
#ifndef FAULT_FORWARDS_FIRST
            intent[i] = pending;
            if
            :: KIND(i) == remove ->
#ifndef FAULT_NO_SUSPENSION
                 suspended[SUBJECT(i)] = true;
#endif
                 hold()
            :: else
            fi;
#endif
            phase[i] = owned
       :: intent[i] == pending && phase[i] == idle -> phase[i] = owned      /* moment: retried while pending */
       :: true                                              /* refused at once, or told what is known, or lost */
       fi
     }

  /* The sealed half is forwarded after the intent is durable. A link that lost its node asks the next one the same. */
  :: atomic { phase[i] == owned -> sendToKms(i, operation); phase[i] = asking }
  :: atomic { phase[i] == asking && SILENT(i) -> sendToKms(i, operation) }
#ifdef FAULT_FORWARDS_FIRST
  :: atomic { phase[i] == asking && intent[i] == nothing -> intent[i] = pending }
#endif

  /* Patience is over, rightly or too early: the asker hears "not yet", and recovery takes over. */
  :: atomic { (phase[i] == asking || phase[i] == inquiring) && (NO_ANSWER(i) || faults > 0) ->
       faults = (NO_ANSWER(i) -> faults : faults - 1);
#ifdef FAULT_APPLIES_ON_TIMEOUT
       if
       :: intent[i] == pending -> commit(i, listVersion)
       :: else
       fi;
#endif
#ifdef FAULT_REFUSES_ON_TIMEOUT
       if
       :: intent[i] == pending -> refuse(i)
       :: else
       fi;
#endif
       phase[i] = idle
     }

  /* Recovery asks what became of what nobody here follows; it never forwards again. */
  :: atomic { phase[i] == idle && intent[i] == pending -> sendToKms(i, status); phase[i] = inquiring }

  /* A receipt comes home; one that nobody waits for any more may be dropped, or another core process waited for it. */
  :: atomic { toCore[i]??applied,itsVersion -> concludeApplied(i, itsVersion); itsVersion = 0 }
  :: atomic { toCore[i]??refused,0 -> concludeRefused(i) }
  :: atomic { (phase[i] == idle || phase[i] == owned) && nempty(toCore[i]) -> toCore[i]?_,_ }
  od
}

/* apply.ts and what it calls: the key server's half and its receipt, in one transaction. */
inline apply(i) {
  timesApplied[i]++;
  assert(timesApplied[i] == 1);                             /* I4 */
  if
  :: KIND(i) == add && !authorized[SUBJECT(i)] -> granted(SUBJECT(i)); authorized[SUBJECT(i)] = true; listVersion++
  :: KIND(i) == remove && authorized[SUBJECT(i)] -> authorized[SUBJECT(i)] = false; listVersion++; kmsDeparture()
  :: KIND(i) == bind -> kmsBinds()
  :: else                                                   /* It is so already; the receipt says that it is. */
  fi;
  result[i] = applied;
  receiptVersion[i] = listVersion
}

#define KMS_ALLOWS(i) (authorized[ACTOR(i)] && \
  (KIND(i) == bind -> KMS_KEY_ALLOWED : TOLD_OF(SUBJECT(i)) && (KIND(i) == remove || KMS_GRANTS(SUBJECT(i)))))

/*
 * One process of the key server at one operation: handle-operation.ts, handle-operation-status.ts, close-operation.ts.
 * A refusal is written in a transaction after the one that found it, and the answer leaves after the commit.
 */
proctype Handling(byte i) {
  mtype outcome = nothing;
  byte itsVersion;
end:
  do
  :: atomic {
       toKms[i]??operation -> held[i]++;
       if
       :: result[i] != nothing && !REPEATS -> RECALL(i)     /* moment: late copy recalled */
       :: (result[i] == nothing || REPEATS) && KMS_ALLOWS(i) && !WITHHELD(i) -> apply(i); RECALL(i)
       :: result[i] == nothing                              /* No right, a token or channel that ended, a mismatch. */
       fi
     }
     answer:
     do
     :: atomic { outcome == nothing ->
          if
          :: result[i] == nothing -> result[i] = refused; outcome = refused
          :: else -> RECALL(i)
          fi
        }
     :: atomic { outcome != nothing -> held[i]--; sendToCore(i, outcome, itsVersion); outcome = nothing; itsVersion = 0; break }
     :: atomic { faults > 0 -> faults--; held[i]--; outcome = nothing; itsVersion = 0; break }      /* killed */
     od

  /* Asking about one the key server does not know closes it as refused, for good. */
  :: atomic {
       toKms[i]??status -> held[i]++;
       if
#ifdef FAULT_UNKNOWN_NOT_CLOSED
       :: result[i] == nothing -> outcome = refused
#endif
       :: result[i] != nothing -> RECALL(i)
       :: else -> skip                                      /* moment: unknown operation closed */
       fi
     }
     goto answer

#ifdef FAULT_FORGETS_CLOSED
  :: atomic { result[i] == refused -> result[i] = nothing }
#endif
  od
}

/* The core's process is killed and starts again: what it did is forgotten, what it wrote is not. */
proctype Crashes() {
end:
  do
  :: atomic {
       faults > 0 && (ANYTHING_RUNS || FEED_CAN_FALL_BACK) -> faults--;
       phase[0] = idle; phase[1] = idle;
#if OPS == 3
       phase[2] = idle;
#endif
       feedFallsBack()
     }
  od
}

init {
  atomic {
    member[A] = true; authorized[A] = true;
    member[X] = X_STANDS; authorized[X] = X_STANDS;
    member[Y] = Y_STANDS; authorized[Y] = Y_STANDS;
    run Change(0); run Handling(0);
    run Change(1); run Handling(1);
#if OPS == 3
    run Change(2); run Handling(2);
#endif
#ifdef TWO_PROCESSES
    run Handling(0); run Handling(1);
#endif
    run Crashes();
    startKeys(); startLeaver(); startDelivery()
  }
}
