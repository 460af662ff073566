namespace ECommerce.Web;

/// <summary>The feature of a request that tells how much of its time limit is left (<see cref="LimitsOptions.RequestTimeout"/>).</summary>
public interface IRequestDeadline
{
    /// <summary>The time that is left; null when no limit applies to the request.</summary>
    TimeSpan? Left { get; }
}
