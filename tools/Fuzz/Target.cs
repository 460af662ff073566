using ECommerce.Fuzz.Judging;
using ECommerce.Testing;

namespace ECommerce.Fuzz;

/// <summary>The shop that is sent to: one that runs, or one with a PostgreSQL of its own that lives as long as the run.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly HostProcess? _host;
    private readonly DirectoryInfo? _folder;

    private Target(Uri address, Uri? management, HostProcess? host, DirectoryInfo? folder)
    {
        (Address, ManagementAddress, _host, _folder) = (address, management, host, folder);
        Management = management is null ? null : new() { BaseAddress = management };
    }

    public Uri Address { get; }

    public Uri? ManagementAddress { get; }

    public HttpClient? Management { get; }

    /// <summary>What it has written, when it is ours.</summary>
    public LogMonitor? Log { get; private set; }

    /// <exception cref="NotAShopException">It does not start.</exception>
    public static async Task<Target> OpenAsync(Settings settings, CancellationToken closing)
    {
        if (settings.Target is { } address)
            return new(address, settings.Management, null, null);

        var folder = Directory.CreateTempSubdirectory("ec-fuzz-");
        var host = HostProcess.Start(folder.FullName,
        [
            ("ConnectionStrings__ECommerce", null),
            ("Bootstrap__AdminEmail", settings.AdminEmail),
            ("Bootstrap__AdminPassword", settings.AdminPassword),
            ("Management__Key", settings.ManagementKey),
            ("Logging__Format", "Json"),
            // One caller stands for many: it is not to be told that it comes too often, or guesses passwords.
            ("Limits__RequestsPerSecond", "1000000"),
            ("Limits__Burst", "1000000"),
            ("Limits__ConcurrencyPerClient", "100000"),
            ("Limits__FailedLoginsPerMinute", "100000"),
            ("Management__WrongKeys", "100000"),
            ("Limits__RegistrationsPerMinute", "1000000"),
            ("Limits__RegistrationBurst", "1000000"),
            ("Passwords__WaitingPerClient", "100000"),
            ("Passwords__Waiting", "100000"),
            // Hashing slowly is for attackers, and a slow card would only be waited for.
            ("Passwords__Iterations", "10000"),
            ("Payments__Timeout", "00:00:00.100"),
            ("Payments__SlowAnswer", "00:00:00.500"),
            .. HostProcess.WithoutQuotas,
        ]);
        var target = new Target(host.Public.BaseAddress!, host.Management.BaseAddress!, host, folder) { Log = new() };
        try
        {
            await host.WaitUntilReadyAsync(closing);
            return target;
        }
        catch (Exception e)
        {
            await target.DisposeAsync();
            if (e is OperationCanceledException)
                throw;
            throw new NotAShopException(e.Message);
        }
    }

    /// <summary>Reads the lines that are there.</summary>
    public void ReadLog()
    {
        if (_host is not null)
            Log!.Read(_host.Output);
    }

    public async ValueTask DisposeAsync()
    {
        Management?.Dispose();
        if (_host is null)
            return;
        if (!_host.HasExited)
            await _host.TerminateAsync();
        await _host.DisposeAsync();
        _folder!.Delete(recursive: true);
    }
}
