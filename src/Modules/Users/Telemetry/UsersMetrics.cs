using Observability.Metrics;
using Prometheus;

namespace ECommerce.Users;

/// <summary>The business metrics of Users.</summary>
internal sealed class UsersMetrics
{
    public UsersMetrics(MetricFamilies metrics)
    {
        Registered = metrics.BusinessCounter("users_registered_total", "Registered customers.").With();
        Updated = metrics.BusinessCounter("users_updated_total", "Changes of a name or an e-mail.").With();
        Deleted = metrics.BusinessCounter("users_deleted_total", "Deleted users.").With();
        TokensRevoked = metrics.BusinessCounter("users_tokens_revoked_total", "Revocations of all tokens of a user. A burst means that customers or an administrator suspect stolen tokens.").With();
        Erased = metrics.BusinessCounter("users_erased_total", "Users whose name, e-mail and password hash were erased: customers who deleted themselves, and deleted users whose restore window is over.").With();

        var attempts = metrics.BusinessCounter("auth_attempts_total", "Login attempts, by outcome and reason. A burst of rejected logins means that passwords are being guessed.", "outcome", "reason");
        LoggedIn = attempts.With("ok", "none");
        UnknownEmail = attempts.With("rejected", "unknown_email");
        WrongPassword = attempts.With("rejected", "wrong_password");
        DeletedUser = attempts.With("rejected", "deleted_user");
        Throttled = attempts.With("rejected", "throttled");

        HashingWaiting = metrics.Gauge("password_hashing_waiting", "Requests that wait for a hashing slot. The number grows when logins and registrations arrive faster than passwords can be hashed.").With();
        HashingWait = metrics.Histogram("password_hashing_wait_seconds", "Time that requests waited for a hashing slot, in seconds. An attack increases it.",
            [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]).With();
        var refused = metrics.BusinessCounter("password_hashing_refused_total", "Requests that were refused with 429 before a password was hashed. The reasons client_queue and registrations mean one client with too many requests; queue means that the host is at its limit.", "reason");
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
