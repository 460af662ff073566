using System.Runtime.CompilerServices;

namespace ECommerce.Clients;

/// <summary>What a purchase takes for granted.</summary>
internal static class Expect
{
    public static void That(bool isSo, [CallerArgumentExpression(nameof(isSo))] string? what = null, [CallerLineNumber] int line = 0)
    {
        if (!isSo)
            throw new InvalidOperationException($"Line {line}: {what} is not so.");
    }

    /// <summary>The refusal that a call ends with.</summary>
    public static async Task<T> RefusalAsync<T>(Func<Task> call) where T : Exception
    {
        try
        {
            await call();
        }
        catch (T refusal)
        {
            return refusal;
        }

        throw new InvalidOperationException("The call was not refused.");
    }
}
