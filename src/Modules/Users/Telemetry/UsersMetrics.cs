using Observability.Metrics;
using Prometheus;

namespace ECommerce.Users;

/// <summary>What the business asks of Users.</summary>
internal sealed class UsersMetrics
{
    public UsersMetrics(MetricFamilies metrics)
    {
        Registered = metrics.BusinessCounter("users_registered_total", "How many customers sign up.").With();
        Updated = metrics.BusinessCounter("users_updated_total", "How often a name or an e-mail is changed.").With();
        Deleted = metrics.BusinessCounter("users_deleted_total", "How many users leave.").With();
        TokensRevoked = metrics.BusinessCounter("users_tokens_revoked_total", "How often all tokens of a user are ended on purpose, the password unchanged. A burst means that customers, or an administrator, suspect stolen tokens.").With();
        Erased = metrics.BusinessCounter("users_erased_total", "Users whose name, e-mail and password hash were erased: customers who deleted themselves, and deleted users whose restore window is over.").With();

        var attempts = metrics.BusinessCounter("auth_attempts_total", "Whether people get in, and what keeps them out: a burst of rejected logins is somebody guessing.", "outcome", "reason");
        LoggedIn = attempts.With("ok", "none");
        UnknownEmail = attempts.With("rejected", "unknown_email");
        WrongPassword = attempts.With("rejected", "wrong_password");
        DeletedUser = attempts.With("rejected", "deleted_user");
        Throttled = attempts.With("rejected", "throttled");

        HashingWaiting = metrics.Gauge("password_hashing_waiting", "Requests that wait for a hashing slot. Whether logins and registrations come faster than passwords can be hashed.").With();
        HashingWait = metrics.Histogram("password_hashing_wait_seconds", "How long requests waited for a hashing slot: what an attack adds to a login.",
            [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]).With();
        var refused = metrics.BusinessCounter("password_hashing_refused_total", "Requests refused with 429 before a password was hashed: client_queue and registrations are one client with too many, queue is the host at its limit.", "reason");
        ClientQueueFull = refused.With("client_queue");
        QueueFull = refused.With("queue");
        TooManyRegistrations = refused.With("registrations");
    }

    public Counter.Child Registered { get; }
    public Counter.Child Updated { get; }
    public Counter.Child Deleted { get; }
    public Counter.Child TokensRevoked { get; }
    public Counter.Child Erased { get; }

    public Counter.Child LoggedIn { get; }
    public Counter.Child UnknownEmail { get; }
    public Counter.Child WrongPassword { get; }
    public Counter.Child DeletedUser { get; }
    public Counter.Child Throttled { get; }

    public Gauge.Child HashingWaiting { get; }
    public Histogram.Child HashingWait { get; }
    public Counter.Child ClientQueueFull { get; }
    public Counter.Child QueueFull { get; }
    public Counter.Child TooManyRegistrations { get; }
}
