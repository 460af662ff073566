using ECommerce.Incidents.Judging;
using ECommerce.Incidents.Running;

namespace ECommerce.Incidents.Players;

/// <summary>The person at the terminal, who acts by <c>act</c> and answers by a file.</summary>
internal sealed class Person(FileInfo file, TextWriter output) : IPlayer
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public async Task<Answer?> PlayAsync(Stage stage, CancellationToken ct)
    {
        await File.WriteAllTextAsync(file.FullName, AnswerFile.Template, ct);
        for (var last = AnswerFile.Template; ; await Task.Delay(Look, ct))
        {
            if (await ReadAsync(ct) is not { } text || text == last)
                continue;
            last = text;
            var (answer, wrong) = AnswerFile.Read(text, TimeProvider.System.GetUtcNow());
            if (answer is not null)
                return answer;
            foreach (var why in wrong)
                await output.WriteLineAsync($"{file.Name}: {why}");
        }
    }

    // An editor may be about to replace it.
    private async Task<string?> ReadAsync(CancellationToken ct)
    {
        try
        {
            return await File.ReadAllTextAsync(file.FullName, ct);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
