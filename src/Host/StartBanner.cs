using ECommerce.Host.Security;
using ECommerce.Hosting;
using ECommerce.Topology;
using ECommerce.Web;
using Microsoft.Extensions.Options;
using Observability.Console.Access;
using Observability.Logging;
using Observability.Text;

namespace ECommerce.Host;

/// <summary>
/// The start banner: addresses and generated secrets for the person at the terminal, printed to stderr when the listeners are open. It may
/// contain secrets and is therefore never logged.
/// </summary>
internal sealed class StartBanner(
    ListenerSockets listeners, StartupMessages notes, IOptions<ManagementOptions> management, KeptSecrets secrets, IHostEnvironment environment,
    HostTopology topology, ConsoleLinks console)
{
    /// <summary>An address of the public listener that can be opened on this machine.</summary>
    public string Shop => listeners.Openable(Listener.Public);

    /// <summary>An address of the management listener that can be opened on this machine.</summary>
    public string Operators => listeners.Openable(Listener.Management);

    public void Show()
    {
        string[] generated = [.. notes.Lines, .. GeneratedKey()];
        StandardStream.Error.TryWriteLine($"""

              The shop is open:  {Shop}
              Read about it:     {Shop}/docs
              For operators:     {Operators}/ops
              Look at it:        {Operators}{LinkToConsole()}
              Topology:          {Described()}
            {string.Concat(generated.Select(line => $"{Environment.NewLine}  {VisibleText.Of(line)}"))}
              Go on with:        curl '{Shop}/api/products?limit=3'

            """);
    }

    // Who sees the terminal of a development host may operate it.
    private string LinkToConsole() => environment.IsDevelopment() ? console.OneTime() : "/console";

    private string Described() => topology.IsDistributed
        ? $"{topology.Name}; this host holds {string.Join(", ", topology.Hosted.Select(module => module.Name))}"
        : topology.Name;

    private IEnumerable<string> GeneratedKey() => environment.IsDevelopment() && management.Value.Key is null
        ? [$"{ManagementKey.Header}:  {secrets.GetOrCreate(ManagementKey.File, KeptSecrets.NewPassword)}"]
        : [];
}
