using ECommerce.Web;
using Microsoft.Extensions.Options;
using Observability.Console.Access;
using Observability.Console.Settings;

namespace ECommerce.Host.Console;

/// <summary>The keys of the console: the management key for an operator, and <c>Console__ReadKey</c> for reading.</summary>
/// <param name="services">The management key may have to be generated, in a folder that the start has validated when the first key comes.</param>
/// <param name="options">The settings of the console.</param>
internal sealed class ShopKeys(IServiceProvider services, IOptions<ConsoleOptions> options) : IConsoleKeys
{
    private readonly ManagementKey? _readKey = options.Value.ReadKey is { Length: > 0 } key ? new(key) : null;

    public string Header => ManagementKey.Header;

    public string Name => "the management key";

    public KeyCheck Check(HttpContext context, string key)
    {
        var found = services.GetRequiredService<ManagementAccess>().Find(context, "EnterConsole", key, _readKey, out var wait);
        ConsoleRole? role = found is null ? null : ReferenceEquals(found, _readKey) ? ConsoleRole.Viewer : ConsoleRole.Operator;
        return new(role, wait);
    }
}

/// <summary>Records what is done in the console as the operations record it: in the same lines and counts, with the session instead of the address.</summary>
internal sealed class ShopAudit(IServiceProvider services) : IConsoleAudit
{
    public void Record(string action, string target, ConsoleUser? user, string outcome) => services.GetRequiredService<ManagementAccess>().Record(
        action, target, user is null ? "console" : $"console session {user.Name} ({user.Role.ToString().ToLowerInvariant()})", outcome);
}
