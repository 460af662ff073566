using ECommerce.Kernel;
using Microsoft.Extensions.Logging;

namespace ECommerce.Faults;

/// <summary>The fault <c>log_flood</c>: writes log lines without meaning at a high rate.</summary>
internal sealed partial class LogFlood(ILogger<LogFlood> log) : FaultLoad(FaultKinds.LogFlood)
{
    private const int WavesPerSecond = 20;

    public override async Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end)
    {
        var perWave = Math.Max(1, fault.CountOf(FaultKinds.LinesPerSecond) / WavesPerSecond);
        for (var number = 0L; await PauseAsync(TimeSpan.FromSeconds(1.0 / WavesPerSecond), end);)
        {
            for (var i = 0; i < perWave && !end.IsCancellationRequested; i++)
                Noise(log, ++number);
            taken(ModuleName.Platform.Name, perWave);
        }
    }

    [LoggerMessage(53, LogLevel.Information, "A fault makes noise, for the time number {Number}", EventName = "fault.noise")]
    private static partial void Noise(ILogger logger, long number);
}
