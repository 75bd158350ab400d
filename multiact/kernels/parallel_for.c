/* Runs a kernel on several threads, which exist only during the call: no pool has to be kept,
 * survive a fork or be shut down, and no thread waits for Python's lock.  Chunks are handed out
 * one at a time, because a core may be busy or slow; each has its own totals, so that their sum
 * does not depend on which thread computed which chunk. */
#include <pthread.h>
#include <stddef.h>

typedef void run(ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, char *const *data,
                 const ptrdiff_t *strides, const void *const *parameters,
                 const ptrdiff_t *steps, char *const *out, double *totals);

typedef struct {
  run *kernel;
  ptrdiff_t next, length, step;      /* in elements if `split_inner` is set, else in steps of the outer loop */
  int split_inner;
  ptrdiff_t channels, inner, size;   /* size of an element in bytes */
  ptrdiff_t reads, writes, summed;   /* numbers of arrays, and of totals */
  char *const *data;
  const ptrdiff_t *strides;
  char *const *out;
  const void *const *parameters;
  const ptrdiff_t *steps;
  double *totals;
} work;

static void *run_chunks(void *argument) {
  work *w = argument;
  for (;;) {
    const ptrdiff_t begin = __atomic_fetch_add(&w->next, w->step, __ATOMIC_RELAXED);
    if (begin >= w->length) return NULL;
    const ptrdiff_t left = w->length - begin, count = left < w->step ? left : w->step;
    char *data[w->reads + 1], *out[w->writes + 1];
    for (ptrdiff_t k = 0; k < w->reads; k++)
      data[k] = w->data[k] + begin * (w->split_inner ? 1 : w->strides[k]) * w->size;
    for (ptrdiff_t k = 0; k < w->writes; k++)
      out[k] = w->out[k] + begin * (w->split_inner ? 1 : w->strides[w->reads + k]) * w->size;
    double *totals = w->totals + begin / w->step * w->summed;
    if (w->split_inner)
      w->kernel(1, 1, count, data, w->strides, w->parameters, w->steps, out, totals);
    else
      w->kernel(count, w->channels, w->inner, data, w->strides, w->parameters, w->steps, out,
                totals);
  }
}

void parallel_for(work *w, ptrdiff_t threads) {
  pthread_t others[threads];
  ptrdiff_t started = 0;
  while (started < threads - 1 && !pthread_create(&others[started], NULL, run_chunks, w)) started++;
  run_chunks(w);
  while (started > 0) pthread_join(others[--started], NULL);
}
