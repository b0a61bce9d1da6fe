/** How long to wait after `failures` before this one: doubled each time, the half of it by chance (`random` in [0, 1)). */
export const backoffMs = (
  ladder: { readonly first: number; readonly most: number },
  failures: number,
  random: number,
) => Math.min(ladder.most, ladder.first * 2 ** Math.min(failures, 20)) * (0.5 + random / 2);
