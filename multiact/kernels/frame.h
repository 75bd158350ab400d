/* Common definitions of all fused loops: types, conversions and sums.
 *
 * Macros defined before it is included: B, the number of elements of a block; FLOAT32, FLOAT64,
 * BFLOAT16 or FLOAT16; SUMS if some outputs are summed; ROWS if parameters differ between columns;
 * LARGE if there are many operations.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-thread-jumps") /* it would copy a loop's body for both outcomes of a selection */
#ifdef LARGE /* compiles a sum of 200 terms in a sixth of the time, to code that is as fast */
#pragma GCC optimize("O1", "tree-vectorize")
#endif
#endif
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef FLOAT64
typedef double T; /* the compute type */
#else
typedef float T;
#endif
#if defined(BFLOAT16) || defined(FLOAT16)
#define NARROW
#endif

/* Hides a constant's value from the compiler: gcc's vector loops clamp x to a variable with one
 * instruction, but to a constant with a comparison and a selection. */
static inline T variable(T c) { __asm__("" : "+x"(c)); return c; }

/* Floating-point exceptions of branches that are not selected must not cause NumPy warnings. */
#ifdef __SSE2__
#define CLEAR_FLAGS __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() & ~0x3fu)
#else
#include <fenv.h>
#define CLEAR_FLAGS feclearexcept(FE_ALL_EXCEPT)
#endif

#if defined(BFLOAT16)
typedef uint16_t S; /* the storage type */
static inline void widen(const S *restrict s, T *restrict t) {
  uint32_t u[B];
  for (int i = 0; i < B; i++) u[i] = (uint32_t)s[i] << 16;
  memcpy(t, u, sizeof u);
}
static inline void narrow(const T *restrict t, S *restrict s) {
  uint32_t u[B];
  memcpy(u, t, sizeof u);
  for (int i = 0; i < B; i++) {
    const uint32_t rounded = u[i] + 0x7fffu + ((u[i] >> 16) & 1u);
    const int is_nan = (u[i] & 0x7fffffffu) > 0x7f800000u; /* rounding could turn it into a number */
    s[i] = (uint16_t)((is_nan ? u[i] | 0x400000u : rounded) >> 16);
  }
}
#elif defined(FLOAT16) && defined(__F16C__)
#include <immintrin.h>
typedef uint16_t S;
#if defined(WIDE) && defined(__AVX512F__)
static inline void widen(const S *restrict s, T *restrict t) {
  for (int i = 0; i < B; i += 16)
    _mm512_storeu_ps(t + i, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(s + i))));
}
static inline void narrow(const T *restrict t, S *restrict s) {
  for (int i = 0; i < B; i += 16)
    _mm256_storeu_si256((__m256i *)(s + i), _mm512_cvtps_ph(_mm512_loadu_ps(t + i), 0));
}
#else
static inline void widen(const S *restrict s, T *restrict t) {
  for (int i = 0; i < B; i += 8)
    _mm256_storeu_ps(t + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(s + i))));
}
static inline void narrow(const T *restrict t, S *restrict s) {
  for (int i = 0; i < B; i += 8)
    _mm_storeu_si128((__m128i *)(s + i), _mm256_cvtps_ph(_mm256_loadu_ps(t + i), 0));
}
#endif
#elif defined(FLOAT16)
typedef _Float16 S;
static inline void widen(const S *restrict s, T *restrict t) {
  for (int i = 0; i < B; i++) t[i] = s[i];
}
static inline void narrow(const T *restrict t, S *restrict s) {
  for (int i = 0; i < B; i++) s[i] = (S)t[i];
}
#else
typedef T S;
#endif

#ifdef SUMS
/* Adds up the lanes in double, since float would lose digits over a long array, and clears them.
 * It is not inlined, because a copy of the loops for every sum would compile slowly. */
static __attribute__((noinline)) double total(T *a) {
  double lanes[8] = {0}, sum = 0;
  for (int j = 0; j < B; j += 8)
    for (int k = 0; k < 8; k++) lanes[k] += a[j + k];
  for (int k = 0; k < 8; k++) sum += lanes[k];
  memset(a, 0, B * sizeof *a);
  return sum;
}
#endif

typedef void loop(ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, const S *const *data,
                  const ptrdiff_t *strides, const T *const *parameters, const ptrdiff_t *steps,
                  S *const *out, double *totals);
/* `parallel_for` of parallel_for.c */
typedef void distributor(ptrdiff_t threads, loop *run, const ptrdiff_t *layout, ptrdiff_t size,
                         ptrdiff_t reads, ptrdiff_t writes, ptrdiff_t sums, const S *const *data,
                         const T *const *parameters, S *const *out, double *totals);

#ifdef ROWS
/* Repeats the channels' numbers for each of the `inner` columns of a row, and points to them. */
static void expand(ptrdiff_t count, const T **numbers, const ptrdiff_t *steps,
                   ptrdiff_t channels, ptrdiff_t repeats, ptrdiff_t inner, T *row) {
  for (ptrdiff_t k = 0; k < count; k++, row += inner) {
    const T *const number = numbers[k];
    for (ptrdiff_t i = 0; i < inner; i += channels * repeats)
      for (ptrdiff_t c = 0; c < channels; c++)
        for (ptrdiff_t j = 0; j < repeats; j++)
          row[i + c * repeats + j] = number[c * steps[k]];
    numbers[k] = row;
  }
}

/* Adds the sums of the columns that belong to each channel. */
static void fold(ptrdiff_t count, const double *sums, ptrdiff_t channels, ptrdiff_t repeats,
                 ptrdiff_t inner, double *totals) {
  for (ptrdiff_t k = 0; k < count; k++, sums += inner, totals += channels) {
    for (ptrdiff_t i = 0; i < inner; i += channels * repeats)
      for (ptrdiff_t c = 0; c < channels; c++)
        for (ptrdiff_t j = 0; j < repeats; j++) totals[c] += sums[i + c * repeats + j];
  }
}
#endif
