using ECommerce.Host;
using ECommerce.Web;

namespace ECommerce.Reliability.Tests;

/// <summary>
/// The hosts of one site in the topology <c>services</c>: a process for each module. A host that was killed is started again at its
/// internal address; one that runs stays.
/// </summary>
/// <param name="broker">The address of RabbitMQ.</param>
internal sealed class ModuleProcesses(string broker)
{
    private readonly string _signingKey = SigningKey.NewPem();
    private readonly Dictionary<string, Uri> _internals = ShopModules.Names.ToDictionary(module => module, _ => Loopback.FreeAddress());
    private readonly Dictionary<string, (HostProcess Process, string Settings)> _hosts = [];

    /// <summary>Starts the hosts that do not run, and those whose module's settings have changed.</summary>
    /// <param name="settings">By environment variable. Those of a section that is no module's concern the hosts that start.</param>
    /// <param name="start">Starts a process.</param>
    /// <returns>All hosts as one.</returns>
    public async Task<HostProcess> OpenAsync((string Variable, string? Value)[] settings, Func<(string Variable, string? Value)[], HostProcess> start)
    {
        foreach (var module in ShopModules.Names)
        {
            var own = string.Join(';', settings.Where(setting => setting.Variable.StartsWith($"{module}__", StringComparison.OrdinalIgnoreCase)));
            if (_hosts.TryGetValue(module, out var host) && !host.Process.HasExited)
            {
                if (host.Settings == own)
                    continue;
                await host.Process.KillAsync();
            }

            _hosts[module] = (start([.. settings, .. PlaceOf(module)]), own);
        }

        await Task.WhenAll(_hosts.Values.Select(host => host.Process.WaitUntilReadyAsync()));
        return HostProcess.AllOf(_hosts.ToDictionary(host => host.Key, host => host.Value.Process));
    }

    public Task KillAsync(string module) => _hosts[module].Process.KillAsync();

    private IEnumerable<(string, string?)> PlaceOf(string module) =>
    [
        ("Modules__Hosted", module),
        ("Endpoints__Internal", _internals[module].ToString()),
        ("Contracts__SigningKey", _signingKey),
        ("Broker__Address", broker),
        .. _internals.Where(other => other.Key != module).Select(other => ($"Modules__{other.Key}__Address", (string?)other.Value.ToString())),
    ];
}
