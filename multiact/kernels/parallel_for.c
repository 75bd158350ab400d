/* A kernel's work on several threads, which live as long as the call: there is nothing to
 * keep, to fork or to shut down, and no thread waits for Python's lock.  Pieces are handed
 * out one by one, as a core may be late or slow; each has totals of its own, so that their
 * sum does not depend on who computed what. */
#include <pthread.h>
#include <stddef.h>

typedef void run(ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, char *const *data,
                 const ptrdiff_t *strides, const void *const *parameters,
                 const ptrdiff_t *steps, char *const *out, double *totals);

typedef struct {
  run *kernel;
  ptrdiff_t next, length, step;      /* in elements if `along` is set, else in outer runs */
  int along;
  ptrdiff_t channels, inner, size;   /* size of an element in bytes */
  ptrdiff_t reads, writes, summed;   /* numbers of arrays, and of totals */
  char *const *data;
  const ptrdiff_t *strides;
  char *const *out;
  const void *const *parameters;
  const ptrdiff_t *steps;
  double *totals;
} work;

static void *pieces(void *given) {
  work *w = given;
  for (;;) {
    const ptrdiff_t begin = __atomic_fetch_add(&w->next, w->step, __ATOMIC_RELAXED);
    if (begin >= w->length) return NULL;
    const ptrdiff_t left = w->length - begin, count = left < w->step ? left : w->step;
    char *data[w->reads + 1], *out[w->writes + 1];
    for (ptrdiff_t k = 0; k < w->reads; k++)
      data[k] = w->data[k] + begin * (w->along ? 1 : w->strides[k]) * w->size;
    for (ptrdiff_t k = 0; k < w->writes; k++)
      out[k] = w->out[k] + begin * (w->along ? 1 : w->strides[w->reads + k]) * w->size;
    double *totals = w->totals + begin / w->step * w->summed;
    if (w->along)
      w->kernel(1, 1, count, data, w->strides, w->parameters, w->steps, out, totals);
    else
      w->kernel(count, w->channels, w->inner, data, w->strides, w->parameters, w->steps, out,
                totals);
  }
}

void parallel_for(work *w, ptrdiff_t threads) {
  pthread_t others[threads];
  ptrdiff_t started = 0;
  while (started < threads - 1 && !pthread_create(&others[started], NULL, pieces, w)) started++;
  pieces(w);
  while (started > 0) pthread_join(others[--started], NULL);
}
