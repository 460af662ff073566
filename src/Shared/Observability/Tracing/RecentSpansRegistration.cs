using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;

namespace Observability.Tracing;

internal static class RecentSpansRegistration
{
    private const int KeptInDevelopment = 10_000;

    /// <summary>
    /// Keeps spans in memory when <see cref="TracesOptions.Kept"/> is above 0. A kept span outlives its request, which costs garbage
    /// collection.
    /// </summary>
    public static void AddRecentSpans(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TracesOptions>().BindConfiguration(TracesOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection(TracesOptions.Section).Get<TracesOptions>() ?? new();
        var kept = options.Kept ?? (builder.Environment.IsDevelopment() ? KeptInDevelopment : 0);
        var recent = new RecentSpans(Math.Max(0, kept), options.KeptBytes);
        builder.Services.AddSingleton(recent);
        if (kept > 0)
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddProcessor(recent));
    }
}
