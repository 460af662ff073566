namespace ECommerce.Modules;

/// <summary>Decides whether a failpoint is hit. Registered as a singleton.</summary>
public interface IFailpointInterceptor
{
    /// <param name="point">The failpoint that the code has reached.</param>
    /// <param name="time">How long what is injected takes; zero when it takes no time.</param>
    bool IsHit(Failpoint point, out TimeSpan time);
}

/// <summary>The failpoints of modules: none is hit in a host without an interceptor.</summary>
public sealed class Failpoints(IEnumerable<IFailpointInterceptor> interceptors)
{
    private readonly IFailpointInterceptor[] _interceptors = [.. interceptors];

    public bool IsHit(Failpoint point) => IsHit(point, out _);

    /// <inheritdoc cref="IFailpointInterceptor.IsHit"/>
    public bool IsHit(Failpoint point, out TimeSpan time)
    {
        foreach (var interceptor in _interceptors)
        {
            if (interceptor.IsHit(point, out time))
                return true;
        }

        time = TimeSpan.Zero;
        return false;
    }
}
