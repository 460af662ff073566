using Prometheus;

namespace ECommerce.Users;

/// <summary>What the business asks of Users.</summary>
internal sealed class UsersMetrics
{
    public UsersMetrics(IMetricFactory metrics)
    {
        Registered = metrics.CreateCounter("users_registered_total", "How many customers sign up.");
        Updated = metrics.CreateCounter("users_updated_total", "How often a name or an e-mail is changed.");
        Deleted = metrics.CreateCounter("users_deleted_total", "How many users leave.");

        var attempts = metrics.CreateCounter("auth_attempts_total", "Whether people get in, and what keeps them out: a burst of rejected logins is somebody guessing.", ["outcome", "reason"]);
        LoggedIn = attempts.WithLabels("ok", "none");
        UnknownEmail = attempts.WithLabels("rejected", "unknown_email");
        WrongPassword = attempts.WithLabels("rejected", "wrong_password");
        DeletedUser = attempts.WithLabels("rejected", "deleted_user");
        Throttled = attempts.WithLabels("rejected", "throttled");
    }

    public Counter Registered { get; }
    public Counter Updated { get; }
    public Counter Deleted { get; }

    public Counter.Child LoggedIn { get; }
    public Counter.Child UnknownEmail { get; }
    public Counter.Child WrongPassword { get; }
    public Counter.Child DeletedUser { get; }
    public Counter.Child Throttled { get; }
}
