using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Hosting;

/// <summary>
/// What this program assumes of the inside of ASP.NET Core, System.Text.Json and Npgsql where they offer no documented way. A new version can
/// break each assumption without an error of the compiler, so each has a test (<c>FrameworkInternalsTests</c>).
/// </summary>
public static partial class FrameworkInternals
{
    // Names of parameters and members stand at the beginning; what follows may be as long as the request.
    private const int LongestMessageRead = 400;

    /// <summary>ASP.NET Core makes a scheme the default when it is the only one. This switch leaves every request without a policy alone.</summary>
    public static void SuppressDefaultScheme() => AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);

    /// <summary>Authentication registers data protection, whose hosted service writes a key under the home folder at start. Nothing here uses it.</summary>
    public static void RemoveDataProtectionAtStart(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        foreach (var preload in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
            services.Remove(preload);
    }

    /// <summary>
    /// <c>WebApplication</c> puts authentication and authorization in front of the pipeline unless these properties say that it has both.
    /// </summary>
    public static void LeaveGuardsToThePipeline(IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Properties["__AuthenticationMiddlewareSet"] = app.Properties["__AuthorizationMiddlewareSet"] = true;
    }

    /// <summary>Whether a JSON object has a member that its type does not have.</summary>
    /// <param name="failure">What the deserializer threw.</param>
    /// <param name="member">The member's name, if the message holds it.</param>
    public static bool IsUnknownMember(JsonException failure, out string? member)
    {
        ArgumentNullException.ThrowIfNull(failure);
        member = null;
        if (!failure.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return false;
        member = UnknownMember().Match(failure.Message) is { Success: true } found ? found.Groups["member"].Value : null;
        return true;
    }

    /// <summary>The required members that a JSON object lacks; empty for another failure.</summary>
    public static IReadOnlyList<string> MissingMembers(JsonException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return MissingMember().Match(failure.Message) is { Success: true } found ? [.. found.Groups["member"].Captures.Select(member => member.Value)] : [];
    }

    /// <summary>Whether a JSON object has a member twice.</summary>
    public static bool IsDuplicateMember(JsonException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Message.Contains("Duplicate property", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The parameter of an endpoint that could not be bound; null when the failure names none.</summary>
    public static string? UnboundParameter(BadHttpRequestException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return Parameter().Match(failure.Message[..Math.Min(failure.Message.Length, LongestMessageRead)]) is { Success: true } found ? found.Groups["name"].Value : null;
    }

    /// <summary>
    /// Whether Npgsql could not send the whole of a statement. PostgreSQL commits when it reads the last message of a statement, so nothing
    /// has happened.
    /// </summary>
    public static bool WasNotSent(Exception failure) => failure?.Message == "Exception while writing to stream";

    /// <summary>Whether Npgsql has no password for a server that asks for one.</summary>
    public static bool LacksPassword(Exception failure) => failure?.Message.Contains("password", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Whether Npgsql wants TLS of a server that has none.</summary>
    public static bool LacksTls(Exception failure) => failure?.Message.Contains("SSL", StringComparison.Ordinal) is true;

    [GeneratedRegex("""property '(?<member>[^']*)' could not be mapped""")]
    private static partial Regex UnknownMember();

    // JSON deserialization for type 'Thing' was missing required properties including: 'id', 'name'.
    [GeneratedRegex("""missing required properties including: ('(?<member>[^']*)'(, )?)+""", RegexOptions.ExplicitCapture)]
    private static partial Regex MissingMember();

    // Failed to bind parameter "Nullable<int> limit" from "abc". / Required parameter "Guid id" was not provided from query string.
    [GeneratedRegex("parameter \"[^\"]*?(?<name>[A-Za-z_]+)\"")]
    private static partial Regex Parameter();
}
