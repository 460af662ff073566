using System.Net.Sockets;
using System.Text;
using ECommerce.Incidents.Operating;

namespace ECommerce.Incidents.Tests.Operating;

public sealed class OperatorSocketTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-act-");

    [Fact]
    public async Task The_words_reach_the_running_incident_and_its_answer_comes_back()
    {
        await using var socket = new OperatorSocket(_folder, (words, _) => Task.FromResult(string.Join('|', words)));
        (await OperatorSocket.AskAsync(_folder, ["sql", "SELECT 'two words'"], CancellationToken.None)).ShouldBe("sql|SELECT 'two words'");
    }

    [Fact]
    public async Task Without_an_incident_there_is_no_answer() =>
        (await OperatorSocket.AskAsync(_folder, ["clients"], CancellationToken.None)).ShouldBeNull();

    [Fact]
    public async Task Only_the_user_who_runs_the_incident_can_open_the_socket()
    {
        await using var socket = new OperatorSocket(_folder, (_, _) => Task.FromResult(""));
        File.GetUnixFileMode(Path.Combine(_folder.FullName, "operator.sock")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("no words\n")]
    [InlineData("{}\n")]
    [InlineData("\n")]
    public async Task A_caller_that_sends_no_words_is_hung_up_on_and_the_next_one_is_answered(string sent)
    {
        await using var socket = new OperatorSocket(_folder, (_, _) => Task.FromResult("here"));
        using var caller = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await caller.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "operator.sock")));
        await caller.SendAsync(Encoding.UTF8.GetBytes(sent));
        (await caller.ReceiveAsync(new byte[10])).ShouldBe(0);
        (await OperatorSocket.AskAsync(_folder, ["clients"], CancellationToken.None)).ShouldBe("here");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
