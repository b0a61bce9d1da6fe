/* What clients ask for in each run. Every member may change the list; A stands on it from the start. */

#define A 0
#define X 1
#define Y 2
#define PEOPLE 3

#if defined(SCENARIO_REMOVE_AND_ADD)
/* The same person is removed and added, in any order and at once; two processes of the key server. */
#define TWO_PROCESSES
#define REQUESTS 2
#define OPS 2
#define KIND(i) (i == 0 -> remove : add)
#define ACTOR(i) A
#define SUBJECT(i) X
#define X_STANDS true
#define Y_STANDS false

#elif defined(SCENARIO_EACH_OTHER)
/* Two people remove each other while one of them adds a third. */
#define OPS 3
#define KIND(i) (i == 2 -> add : remove)
#define ACTOR(i) (i == 0 -> A : X)
#define SUBJECT(i) (i == 0 -> X : (i == 1 -> A : Y))
#define X_STANDS true
#define Y_STANDS false

#elif defined(SCENARIO_KEYS)
/* A person is removed while a key is bound. */
#define KEYS
#define OPS 2
#define KIND(i) (i == 0 -> remove : bind)
#define ACTOR(i) A
#define SUBJECT(i) X
#define X_STANDS true
#define Y_STANDS false

#elif defined(SCENARIO_KEY_TWICE)
/* The same, and the same key is bound once more in other bytes. */
#define KEYS
#define OPS 3
#define KIND(i) (i == 0 -> remove : bind)
#define ACTOR(i) A
#define SUBJECT(i) X
#define X_STANDS true
#define Y_STANDS false

#elif defined(SCENARIO_DELIVERY)
/* A person is removed while others post; another is added. */
#define DELIVERY
#define OPS 2
#define KIND(i) (i == 0 -> remove : add)
#define ACTOR(i) A
#define SUBJECT(i) (i == 0 -> X : Y)
#define X_STANDS true
#define Y_STANDS false

#elif defined(SCENARIO_LEAVER)
/* A member leaves the organisation and comes back, while somebody removes and adds them. */
#define LEAVER
#define OPS 2
#define KIND(i) (i == 0 -> remove : add)
#define ACTOR(i) A
#define SUBJECT(i) X
#define X_STANDS true
#define Y_STANDS false

#elif defined(SCENARIO_LEAVER_FOR_GOOD)
/* A member leaves the organisation for good, while somebody adds them and another person. */
#define LEAVER
#define STAYS_AWAY
#define OPS 2
#define KIND(i) add
#define ACTOR(i) A
#define SUBJECT(i) (i == 0 -> X : Y)
#define X_STANDS true
#define Y_STANDS false

#elif defined(SCENARIO_NEWCOMER_LEAVES)
/* Somebody leaves the organisation for good at the moment they are added, and adds another themselves. */
#define LEAVER
#define STAYS_AWAY
#define OPS 2
#define KIND(i) add
#define ACTOR(i) (i == 0 -> A : X)
#define SUBJECT(i) (i == 0 -> X : Y)
#define X_STANDS false
#define Y_STANDS false
#endif

#ifndef REQUESTS
#define REQUESTS 1
#endif

/* More copies than faults can make are never on their way at once; the model asserts it. */
#define COPIES (FAULTS + 4)
