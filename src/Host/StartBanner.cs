using ECommerce.Host.Security;
using ECommerce.Hosting;
using ECommerce.Kernel;
using ECommerce.Observability.Logging;
using ECommerce.Web;
using Microsoft.Extensions.Options;

namespace ECommerce.Host;

/// <summary>
/// What a person at the terminal needs to go on, printed to stderr when the listeners are open. It may hold secrets that were made for
/// that person, so it never passes through the log.
/// </summary>
internal sealed class StartBanner(
    Listeners listeners, StartupNotes notes, IOptions<ManagementOptions> management, KeptSecrets secrets, IHostEnvironment environment)
{
    /// <summary>An address of the public listener that a person on this machine can open.</summary>
    public string Shop => listeners.Openable(Listener.Public);

    /// <summary>An address of the management listener that a person on this machine can open.</summary>
    public string Operators => listeners.Openable(Listener.Management);

    public void Show()
    {
        string[] generated = [.. notes.Lines, .. GeneratedKey()];
        StandardStream.Error.TryWriteLine($"""

              The shop is open:  {Shop}
              Read about it:     {Shop}/docs
              For operators:     {Operators}/ops
            {string.Concat(generated.Select(line => $"{Environment.NewLine}  {VisibleText.Of(line)}"))}
              Go on with:        curl '{Shop}/api/products?limit=3'

            """);
    }

    private IEnumerable<string> GeneratedKey() => environment.IsDevelopment() && management.Value.Key is null
        ? [$"{ManagementKey.Header}:  {secrets.GetOrCreate(ManagementKey.File, KeptSecrets.NewPassword)}"]
        : [];
}
