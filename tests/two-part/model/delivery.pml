/*
 * What X is shown of the room's log while X's removal is being decided: nothing after the entry that was last when the
 * intent was written, and everything if the removal is refused. write-intent.ts, undo-suspension.ts.
 */

#ifdef DELIVERY
#define POSTS 2
byte head;
byte heldAt;
byte seen;

inline hold() { heldAt = head }

#define SHOWN (suspended[X] -> heldAt : head)
#define DELIVERY_SETTLED (!member[X] || seen == head)

proctype Posts() {
end:
  do
  :: atomic { head < POSTS -> head++ }
  od
}

proctype Reading() {
end:
  do
  :: atomic { member[X] && seen < SHOWN -> seen++; assert(!PENDING_FOR(X) || seen <= heldAt) }     /* removal */
  od
}

inline startDelivery() { run Posts(); run Reading() }

#else
inline hold() { skip }
#define DELIVERY_SETTLED true
inline startDelivery() { skip }
#endif
