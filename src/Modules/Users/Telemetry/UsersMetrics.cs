using ECommerce.Observability.Metrics;
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

        var attempts = metrics.BusinessCounter("auth_attempts_total", "Whether people get in, and what keeps them out: a burst of rejected logins is somebody guessing.", "outcome", "reason");
        LoggedIn = attempts.With("ok", "none");
        UnknownEmail = attempts.With("rejected", "unknown_email");
        WrongPassword = attempts.With("rejected", "wrong_password");
        DeletedUser = attempts.With("rejected", "deleted_user");
        Throttled = attempts.With("rejected", "throttled");
    }

    public Counter.Child Registered { get; }
    public Counter.Child Updated { get; }
    public Counter.Child Deleted { get; }

    public Counter.Child LoggedIn { get; }
    public Counter.Child UnknownEmail { get; }
    public Counter.Child WrongPassword { get; }
    public Counter.Child DeletedUser { get; }
    public Counter.Child Throttled { get; }
}
