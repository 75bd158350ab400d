/* Elementary functions in float32 for fused loops, inlined so that loops need not be split.
 *
 * They contain no branches and no calls, so compilers vectorise them for every width and
 * processor, whereas each call of a vector library would save and restore registers.
 * Polynomials are evaluated in pairs (Estrin's scheme), because a chain of dependent additions
 * would stall the processor.  They are weighted least-squares fits on Chebyshev nodes, rounded
 * to float coefficient by coefficient.  tests/kernels/test_elementary.py measures the errors.
 *
 * Results below the smallest normal number are 0, except of functions named `deep`, for which
 * powers of two are scaled by 2^24: a factor may turn these numbers into normal ones.
 */
#define INLINE static inline __attribute__((always_inline))
#ifdef __FMA__
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#else
#define FMA(a, b, c) ((a) * (b) + (c))
#endif
#define LN2_HIGH 0.693145752f /* 15 bits: its product with a small integer is exact */
#define LN2_LOW 1.42860677e-6f

INLINE float float_of(int32_t bits) { float f; memcpy(&f, &bits, sizeof f); return f; }
INLINE int32_t bits_of(float f) { int32_t bits; memcpy(&bits, &f, sizeof bits); return bits; }
INLINE float power_of_two(int32_t n) { return float_of((n + 127) << 23); }

#define SHIFTER 12582912.0f /* 3 * 2^22: adding a small number rounds that number to an integer */

/* exp(r) - 1 for |r| <= ln 2 / 2 */
INLINE float small_expm1(float r) {
  const float r2 = r * r;
#ifdef NARROW /* results are rounded to 16 bits */
  const float p = FMA(r2, FMA(r, 0.008338081f, 0.041872974f), FMA(r, 0.16666831f, 0.499994f));
#else
  const float high = FMA(r2, 0.0013865079f, FMA(r, 0.008366712f, 0.0416675f));
  const float p = FMA(r2, high, FMA(r, 0.16666542f, 0.49999997f));
#endif
  return FMA(r2, p, r);
}

/* Returns exp(r) - 1, where x = n ln 2 + r, and stores 2^(n + bias - 127), 0 for n = -bias. */
INLINE float reduced_expm1(float x, float bias, float *power) {
  const float shifted = FMA(x, 1.44269504f, SHIFTER + bias);
  const float n = shifted - (SHIFTER + bias);
  *power = float_of(bits_of(shifted) << 23);
  return small_expm1(FMA(n, -LN2_LOW, FMA(n, -LN2_HIGH, x)));
}

/* Clamps that pass NaN through; a single instruction each if the bound is a variable. */
INLINE float at_least(float low, float x) { return x < low ? low : x; }
INLINE float at_most(float high, float x) { return x > high ? high : x; }

INLINE float inline_expf(float x, float low, float high) {
  float half; /* half of 2^n, since 2^128 would be infinite */
  const float q = reduced_expm1(at_most(high, at_least(low, x)), 126.0f, &half);
  return 2.0f * FMA(half, q, half); /* a product, which can be fused with an addition that follows */
}

INLINE float inline_deep_expf(float x, float low, float high) {
  const float bias = x < 0.0f ? 150.0f : 126.0f; /* one scale does not reach from 2^-150 to 2^128 */
  const float scale = x < 0.0f ? 0x1p-23f : 2.0f;
  float power;
  const float q = reduced_expm1(at_most(high, at_least(low, x)), bias, &power);
  return scale * FMA(power, q, power);
}

/* exp(x) for x <= 88 */
INLINE float inline_exp_belowf(float x, float low) {
  float power;
  const float q = reduced_expm1(at_least(low, x), 127.0f, &power);
  return FMA(power, q, power);
}

/* exp(x) for x <= 71 */
INLINE float inline_deep_exp_belowf(float x, float low) {
  float power;
  const float q = reduced_expm1(at_least(low, x), 151.0f, &power);
  return 0x1p-24f * FMA(power, q, power);
}

INLINE float inline_expm1f(float x, float low, float high) {
  float half;
  const float q = reduced_expm1(at_most(high, at_least(low, x)), 126.0f, &half);
  const float y = FMA(half, q, half - 0.5f);
  return __builtin_copysignf(y + y, x); /* preserves -0 */
}

INLINE float inline_tanhf(float x, float high) {
  float power;
  const float q = reduced_expm1(at_most(high, 2.0f * __builtin_fabsf(x)), 127.0f, &power);
  const float e = FMA(power, q, power - 1.0f);
  return __builtin_copysignf(e / (e + 2.0f), x);
}

/* exp(-a b) for 0 <= a b <= 1000, corrected for the rounding error of the product, which is
 * negligible in 16 bits, and multiplied by 2^(bias - 127) */
INLINE float decay_of_product(float a, float b, float bias) {
  const float s = a * b;
#ifdef NARROW
  const float error = 0.0f;
#else
  const float error = FMA(a, b, -s);
#endif
  const float shifted = FMA(-s, 1.44269504f, SHIFTER + bias);
  const float n = shifted - (SHIFTER + bias);
  const float r = FMA(n, -LN2_LOW, FMA(n, -LN2_HIGH, -s)) - error;
  /* 2^-127 and less becomes 0; clamped as an integer, on units that the sums leave idle */
  const int32_t bits = bits_of(shifted), least = bits_of(SHIFTER);
  const float power = float_of((bits < least ? least : bits) << 23);
  return FMA(power, small_expm1(r), power);
}
INLINE float inline_bellf(float a) { return decay_of_product(a, 0.5f * a, 127.0f); }
INLINE float inline_narrow_bellf(float a) { return decay_of_product(a, a, 127.0f); }
INLINE float inline_deep_bellf(float a) { return 0x1p-24f * decay_of_product(a, 0.5f * a, 151.0f); }
INLINE float inline_deep_narrow_bellf(float a) { return 0x1p-24f * decay_of_product(a, a, 151.0f); }

INLINE float inline_log1pf(float x) {
  const int large = x > 1e30f; /* the reciprocal of its power of two would be subnormal */
  const float z = large ? x * 0x1p-64f : x;
  const int32_t n = (bits_of(1.0f + z) - bits_of(0.75f)) >> 23;
  const float t = power_of_two(-n);
  const float m = FMA(z, t, t - 1.0f); /* (1 + z) / 2^n - 1, without rounding 1 + z */
  const float m2 = m * m;
  const float m4 = m2 * m2;
  const float high = FMA(m2, FMA(m, -0.045125283f, 0.1047071f), FMA(m, -0.13164622f, 0.14478338f));
  const float low = FMA(m2, FMA(m, -0.16646954f, 0.19990814f), FMA(m, -0.25000104f, 0.3333345f));
  const float p = FMA(m4, high, low);
  const float k = (float)n + (large ? 64.0f : 0.0f);
  float y = FMA(m2 * m, p, FMA(-0.5f, m2, k * LN2_LOW)) + m;
  y = FMA(k, LN2_HIGH, y);
  y = x == (float)INFINITY ? x : y;
  y = x == -1.0f ? -(float)INFINITY : y;
  y = x < -1.0f ? (float)NAN : y;
  return __builtin_copysignf(y, x); /* preserves -0 */
}

/* pi in three parts, all positive, so that -0 stays -0, and the largest angle whose nearest
 * multiple of pi is determined reliably */
#define PI_HIGH 3.1415925f
#define PI_MIDDLE 1.50995788e-7f
#define PI_LOW 1.07806051e-14f
#define WAVE_LIMIT 32768.0f

/* sin(x - n pi), with the sign changed if the last bit of `parity`, that of n, is set */
INLINE float wave(float x, float n, int32_t parity) {
  const float r = FMA(n, -PI_LOW, FMA(n, -PI_MIDDLE, FMA(n, -PI_HIGH, x)));
  const float t = r * r;
  const float p = FMA(t, FMA(t, FMA(t, 2.6057494e-6f, -1.9809659e-4f), 8.333068e-3f), -0.1666666f);
  return float_of(bits_of(r * FMA(t, p, 1.0f)) ^ (parity << 31));
}

INLINE float inline_sinf(float x) {
  const float shifted = FMA(x, 0.318309886f, SHIFTER);
  return wave(x, shifted - SHIFTER, bits_of(shifted));
}

INLINE float inline_cosf(float x) { /* -sin(x - (n + 1/2) pi) for even n */
  const float shifted = FMA(x, 0.318309886f, -0.5f) + SHIFTER;
  return wave(x, shifted - SHIFTER + 0.5f, bits_of(shifted) + 1);
}
