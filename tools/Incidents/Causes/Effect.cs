namespace ECommerce.Incidents.Causes;

/// <summary>A cause at work. What it does in the background ends first; then it is undone.</summary>
internal sealed class Effect : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _work = [];
    private readonly Func<Task> _undo;

    private Effect(Func<Task> undo) => _undo = undo;

    /// <summary>An effect without work of its own.</summary>
    public static Effect Of(Func<Task> undo) => new(undo);

    /// <summary>An effect that somebody works for, until the end or until an exception that an operator caused.</summary>
    /// <param name="undo">What is undone afterwards.</param>
    /// <param name="isCure">Whether an exception means that an operator has cured it, so that the work ends.</param>
    /// <param name="workers">The work; each gets the token of the end.</param>
    public static Effect Working(Func<Task> undo, Func<Exception, bool> isCure, params IEnumerable<Func<CancellationToken, Task>> workers)
    {
        var effect = new Effect(undo);
        foreach (var worker in workers)
            effect._work.Add(Task.Run(() => effect.WorkAsync(worker, isCure)));
        return effect;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_work);
        _ending.Dispose();
        await _undo();
    }

    private async Task WorkAsync(Func<CancellationToken, Task> worker, Func<Exception, bool> isCure)
    {
        try
        {
            await worker(_ending.Token);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception e) when (isCure(e) || _ending.IsCancellationRequested)
        {
            // Cured, or the end came while a statement was under way.
        }
    }
}
