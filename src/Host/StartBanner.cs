using ECommerce.Host.Security;
using ECommerce.Kernel;
using ECommerce.Platform.Http;
using ECommerce.Platform.Modules;
using ECommerce.Platform.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace ECommerce.Host;

/// <summary>
/// What a person at the terminal needs to go on, printed to stderr when the doors are open. It may hold secrets that were made for
/// that person, so it never passes through the log.
/// </summary>
internal sealed class StartBanner(
    IServer server, StartupNotes notes, IOptions<ManagementOptions> management, KeptSecrets secrets, IHostEnvironment environment) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken) => Console.Error.WriteLineAsync(Text());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Text()
    {
        // Bound in the order of Doors: the public one first.
        var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        var (shop, operators) = (addresses[0], addresses[^1]);
        string[] generated = [.. notes.Lines, .. GeneratedKey()];
        return $"""

              The shop is open:  {shop}
              Read about it:     {shop}/docs
              For operators:     {operators}/ops
            {string.Concat(generated.Select(line => $"{Environment.NewLine}  {VisibleText.Of(line)}"))}
              Go on with:        curl '{shop}/api/products?limit=3'

            """;
    }

    private IEnumerable<string> GeneratedKey() => environment.IsDevelopment() && management.Value.Key is null
        ? [$"{ManagementKey.Header}:  {secrets.GetOrCreate(ManagementKey.File, KeptSecrets.NewPassword)}"]
        : [];
}
