#include "station/worker.h"

#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct node {
    struct job job;
    struct node *next;
};

/* A list that is added to at its end. */
struct queue {
    struct node *first;
    struct node **last;
};

struct worker {
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t posted;
    struct queue waiting;
    struct queue finished;
    size_t pending;
    bool ending;
    int event;
};

static void queue_add(struct queue *queue, struct node *node) {
    node->next = NULL;
    *queue->last = node;
    queue->last = &node->next;
}

static struct node *queue_take(struct queue *queue) {
    struct node *node = queue->first;
    if (node != NULL) {
        queue->first = node->next;
        if (queue->first == NULL) {
            queue->last = &queue->first;
        }
    }
    return node;
}

static void *work(void *subject) {
    struct worker *worker = subject;
    pthread_mutex_lock(&worker->lock);
    for (;;) {
        struct node *node = queue_take(&worker->waiting);
        if (node == NULL) {
            if (worker->ending) {
                break;
            }
            pthread_cond_wait(&worker->posted, &worker->lock);
            continue;
        }
        pthread_mutex_unlock(&worker->lock);
        if (node->job.run != NULL) {
            node->job.run(node->job.subject);
        }
        pthread_mutex_lock(&worker->lock);
        worker->pending--;
        queue_add(&worker->finished, node);
        eventfd_write(worker->event, 1);
    }
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

bool worker_create(const char *thread_name, struct worker **ret_worker, struct fail *why) {
    int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event < 0) {
        return fail_system(why, errno, "cannot make an event descriptor");
    }
    struct worker *worker = memory_new(sizeof *worker);
    worker->event = event;
    worker->waiting.last = &worker->waiting.first;
    worker->finished.last = &worker->finished.first;
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->posted, NULL);
    int error = pthread_create(&worker->thread, NULL, work, worker);
    if (error != 0) {
        close(event);
        free(worker);
        return fail_system(why, error, "cannot start a thread");
    }
    pthread_setname_np(worker->thread, thread_name);
    *ret_worker = worker;
    return true;
}

void worker_destroy(struct worker *worker) {
    if (worker == NULL) {
        return;
    }
    pthread_mutex_lock(&worker->lock);
    worker->ending = true;
    pthread_cond_signal(&worker->posted);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    worker_collect(worker);
    pthread_cond_destroy(&worker->posted);
    pthread_mutex_destroy(&worker->lock);
    close(worker->event);
    free(worker);
}

void worker_post(struct worker *worker, const struct job *job) {
    struct node *node = memory_new(sizeof *node);
    node->job = *job;
    pthread_mutex_lock(&worker->lock);
    queue_add(&worker->waiting, node);
    worker->pending++;
    pthread_cond_signal(&worker->posted);
    pthread_mutex_unlock(&worker->lock);
}

int worker_fd(const struct worker *worker) {
    return worker->event;
}

void worker_collect(struct worker *worker) {
    eventfd_t count;
    eventfd_read(worker->event, &count);
    for (;;) {
        pthread_mutex_lock(&worker->lock);
        struct node *node = queue_take(&worker->finished);
        pthread_mutex_unlock(&worker->lock);
        if (node == NULL) {
            return;
        }
        if (node->job.done != NULL) {
            node->job.done(node->job.subject);
        }
        free(node);
    }
}

size_t worker_pending(struct worker *worker) {
    pthread_mutex_lock(&worker->lock);
    size_t pending = worker->pending;
    pthread_mutex_unlock(&worker->lock);
    return pending;
}
