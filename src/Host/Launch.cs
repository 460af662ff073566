using ECommerce.Platform;
using Microsoft.AspNetCore.Connections;

namespace ECommerce.Host;

/// <summary>From the first line to the exit code: what an operator can mend is one sentence on stderr and exit code 1.</summary>
internal static class Launch
{
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            await using var app = build();
            await app.RunAsync();
            return 0;
        }
        catch (Exception failure) when (Explain(failure) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    private static string? Explain(Exception failure) => failure switch
    {
        StartupException expected => expected.Message,
        IOException { InnerException: AddressInUseException } taken =>
            $"{taken.Message} Another host may be running; choose other ports with Endpoints__Public and Endpoints__Management.",
        _ => null,
    };
}
