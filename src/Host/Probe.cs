using ECommerce.Hosting;
using Observability.Logging;

namespace ECommerce.Host;

/// <summary>
/// The option <c>--probe</c>: asks the host that runs with the same settings for its readiness, and starts nothing. It is for images
/// without a shell and a client.
/// </summary>
internal static class Probe
{
    public const string Argument = "--probe";

    // Longer than the time limit of the health checks.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>The exit code: 0 when the host is ready; otherwise 1, and a line on stderr says why.</returns>
    public static async Task<int> RunAsync()
    {
        var address = new ConfigurationBuilder().AddEnvironmentVariables().Build()["Endpoints:Management"] ?? new EndpointsOptions().Management;
        if (await ComplaintAsync(address) is not { } complaint)
            return 0;
        StandardStream.Error.TryWriteLine($"The host at {address} is not ready: {complaint}");
        return 1;
    }

    private static async Task<string?> ComplaintAsync(string address)
    {
        try
        {
            var listener = ListenAddress.Parse(address);
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
            using var answer = await client.GetAsync(new Uri($"{listener.Openable(listener.Port)}/health/ready"));
            return answer.IsSuccessStatusCode ? null : $"it answers {(int)answer.StatusCode}.";
        }
        catch (TaskCanceledException)
        {
            return $"it has not answered within {Patience.TotalSeconds} s.";
        }
        catch (Exception nobody) when (nobody is HttpRequestException or StartupException)
        {
            return nobody.Message;
        }
    }
}
