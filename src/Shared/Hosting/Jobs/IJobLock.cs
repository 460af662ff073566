using ECommerce.Kernel;

namespace ECommerce.Hosting;

/// <summary>The locks of the jobs with <see cref="JobScope.OneHost"/>, shared by all hosts of a database.</summary>
public interface IJobLock
{
    /// <summary>Runs the work while it holds the job's lock. A host that dies or loses its connection loses the lock.</summary>
    /// <param name="module">The module of the job.</param>
    /// <param name="job">The job's name, unique in its module.</param>
    /// <param name="work">The work; an exception passes through and releases the lock.</param>
    /// <param name="ct">Cancels the attempt to get the lock.</param>
    /// <returns>False when another host holds the lock: the work was not run.</returns>
    Task<bool> TryRunAsync(ModuleName module, string job, Func<Task> work, CancellationToken ct);
}
