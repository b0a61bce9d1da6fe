/** Primes whose product all ROCA keys were built on, up to 167. */
const PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];
const GENERATOR = 65537;

const powersOf = (prime: number): ReadonlySet<number> => {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * GENERATOR) % prime) powers.add(power);
  return powers;
};
const residues = PRIMES.map((prime) => ({ prime: BigInt(prime), powers: powersOf(prime) }));

const toInteger = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') || '0'}`);

/**
 * Whether an RSA public key should not be trusted: modulus outside 2048 to 8192 bits, exponent below 65537 or even, or
 * a modulus of the form that broken smart cards made (ROCA, CVE-2017-15361: a power of 65537 modulo every small prime).
 */
export function isWeakRsa(modulus: Uint8Array, exponent: Uint8Array): boolean {
  if (modulus.length < 2048 / 8 || modulus.length > 8192 / 8 || exponent.length > 8) return true;
  const [n, e] = [toInteger(modulus), toInteger(exponent)];
  if (n >> 2047n === 0n || n % 2n === 0n || e < 65537n || e % 2n === 0n) return true;
  return residues.every(({ prime, powers }) => powers.has(Number(n % prime)));
}
