using System.Diagnostics;
using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>Somebody else's server, started for a test in a folder of its own: it answers before it is used, and is gone with the test.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder;
    private readonly ChildProcess _process;

    private ServerProcess(DirectoryInfo folder, ChildProcess process, Uri address)
    {
        (_folder, _process) = (folder, process);
        Client = new() { BaseAddress = address };
    }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>What it has said so far, for the message of a failure.</summary>
    public string Written => _process.Written;

    /// <summary>Starts it, and returns when it answers.</summary>
    /// <param name="folder">Its working directory, deleted in the end.</param>
    /// <param name="address">Where it listens, as the arguments or the environment tell it.</param>
    /// <param name="ready">The path that answers 200 when it is ready.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">More environment variables.</param>
    public static async Task<ServerProcess> StartAsync(
        DirectoryInfo folder, Uri address, string ready, IReadOnlyList<string> command, params (string Name, string? Value)[] environment)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(command);
        var server = new ServerProcess(folder, ChildProcess.Start(command, folder.FullName, environment), address);
        try
        {
            await server.WaitUntilReadyAsync(ready, command[0]);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task WaitUntilReadyAsync(string ready, string program)
    {
        for (var started = Stopwatch.GetTimestamp(); !await IsReadyAsync(ready); await Task.Delay(Pause))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Eventually.Deadline)
                throw new XunitException($"{program} was not ready in time.\n{Written}");
        }
    }

    private async Task<bool> IsReadyAsync(string ready)
    {
        try
        {
            using var response = await Client.GetAsync(ready);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
