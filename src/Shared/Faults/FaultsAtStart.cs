using ECommerce.Hosting;
using ECommerce.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ECommerce.Faults;

/// <summary>Enables the faults of <c>Faults__On</c> when the listeners are open, and disables all faults before the host stops.</summary>
internal sealed class FaultsAtStart(FaultInjector switches, FaultParser words, IOptions<FaultsOptions> options) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var text in Split(options.Value.On))
            switches.Enable(words.Read(text, out _)!); // validated by FaultSettings
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => switches.DisableAllAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public static string[] Split(string faults) => faults.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// Validates <c>Faults__On</c> and reports unknown faults, modules and slices. It knows those that are registered by then.
/// </summary>
internal sealed class FaultSettings(IServiceCollection services, IHostEnvironment environment, IConfiguration configuration) : IStartupCheck
{
    private const string Setting = $"{FaultsOptions.Section}__{nameof(FaultsOptions.On)}";

    public IEnumerable<string> Problems()
    {
        var section = configuration.GetSection(FaultsOptions.Section);
        var faults = FaultsAtStart.Split(section[nameof(FaultsOptions.On)] ?? "");
        if (faults.Length > 0 && !environment.IsDevelopment() && !string.Equals(section[nameof(FaultsOptions.Allowed)], "true", StringComparison.OrdinalIgnoreCase))
            yield return $"{Setting}: faults are off outside Development. Set {FaultsOptions.Section}__{nameof(FaultsOptions.Allowed)}=true if you mean it.";

        object?[] registered = [.. services.Where(service => !service.IsKeyedService).Select(service => service.ImplementationInstance)];
        var words = new FaultParser(new(
            registered.OfType<FaultKind>(), registered.OfType<Failpoint>(), registered.OfType<IModule>(), registered.OfType<SliceDescriptor>(),
            registered.OfType<ForwardedRequest>()));
        foreach (var text in faults)
        {
            if (words.Read(text, out var refusal) is null)
                yield return $"{Setting}: '{text}': {refusal!.Field}: {refusal.Message}";
        }
    }
}
