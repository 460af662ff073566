using ECommerce.Kernel;

namespace ECommerce.Profiling;

/// <summary>The refusals of the profiler.</summary>
public static class ProfilingErrors
{
    public static readonly Error InProgress = new("profile_in_progress", 409, "Another profile is being taken.",
        "There is one at a time. Wait as many seconds as 'retryAfterSeconds' says and ask again.");

    public static readonly Error Off = new("profiling_off", 409, "The runtime of this host takes no profiles.",
        "Start the host without DOTNET_EnableDiagnostics=0 and its kin, and with a folder for temporary files that it may write to.");
}
