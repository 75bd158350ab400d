/* Elementary functions in float32 for fused loops: inlined, so that a loop stays one loop.
 *
 * Without branches and calls, compilers vectorise them for every width and processor; a
 * vector library's function would save registers around each call.  Polynomials are summed
 * in pairs (Estrin), since a chain of additions would leave the processor waiting; they are
 * weighted least-squares fits on Chebyshev nodes, rounded to float coefficient by
 * coefficient; errors are measured in tests/test_elementary.py.  Results below the
 * smallest normal number are 0.
 */
#define INLINE static inline __attribute__((always_inline))
#ifdef __FMA__
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#else
#define FMA(a, b, c) ((a) * (b) + (c))
#endif
#define LN2_HIGH 0.693145752f /* 15 bits: exact times a small whole number */
#define LN2_LOW 1.42860677e-6f

INLINE float float_of(int32_t bits) { float f; memcpy(&f, &bits, sizeof f); return f; }
INLINE int32_t bits_of(float f) { int32_t bits; memcpy(&bits, &f, sizeof bits); return bits; }
INLINE float power_of_two(int32_t n) { return float_of((n + 127) << 23); }

/* exp(r) - 1 with x = n ln 2 + r, |r| <= ln 2 / 2; anything where |x| is beyond 2^21 */
INLINE float reduced(float x, int32_t *n) {
  const float shifted = FMA(x, 1.44269504f, 12582912.0f); /* 3 * 2^22: the sum is whole */
  const float whole = shifted - 12582912.0f;
  const float r = FMA(whole, -LN2_LOW, FMA(whole, -LN2_HIGH, x));
  const float r2 = r * r;
  const float high = FMA(r2, 0.0013865079f, FMA(r, 0.008366712f, 0.0416675f));
  const float p = FMA(r2, high, FMA(r, 0.16666542f, 0.49999997f));
  *n = bits_of(shifted) - 0x4b400000;
  return FMA(r2, p, r);
}

INLINE float inline_expf(float x) {
  int32_t n;
  const float q = reduced(x, &n);
  float y = float_of(bits_of(1.0f + q) + (n << 23));
  y = x < -87.3365402f ? 0.0f : y;
  return x < 88.7228394f ? y : x + (float)INFINITY; /* a NaN goes there too */
}

INLINE float inline_expm1f(float x) {
  int32_t n;
  const float q = reduced(x, &n);
  const float half = power_of_two(n - 1); /* 2^128 would be infinite */
  float y = 2.0f * FMA(half, q, half - 0.5f);
  y = x < -17.5f ? -1.0f : y;
  y = x < 88.7228394f ? y : x + (float)INFINITY;
  return __builtin_copysignf(y, x); /* for -0 */
}

INLINE float inline_tanhf(float x) {
  int32_t n;
  float a = 2.0f * __builtin_fabsf(x);
  a = a > 20.0f ? 20.0f : a; /* a NaN stays */
  const float q = reduced(a, &n);
  const float s = power_of_two(n);
  const float e = FMA(s, q, s - 1.0f);
  return __builtin_copysignf(e / (e + 2.0f), x);
}

INLINE float inline_log1pf(float x) {
  const int large = x > 1e30f; /* whose power of two has no reciprocal */
  const float z = large ? x * 0x1p-64f : x;
  const int32_t n = (bits_of(1.0f + z) - bits_of(0.75f)) >> 23;
  const float t = power_of_two(-n);
  const float m = FMA(z, t, t - 1.0f); /* (1 + z) / 2^n - 1, without the rounding of 1 + z */
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
  return __builtin_copysignf(y, x); /* for -0 */
}
