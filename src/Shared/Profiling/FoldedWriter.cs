using System.Globalization;
using System.Text;

namespace ECommerce.Profiling;

/// <summary>
/// A profile as folded stacks, the text format of flame graphs (https://github.com/brendangregg/FlameGraph): a line for each stack, its
/// frames from the outermost on, and its value. The stack with the highest value is first.
/// </summary>
public static class FoldedWriter
{
    public const string ContentType = "text/plain; charset=utf-8";

    public static byte[] Write(Profile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var lines = profile.Stacks
            .GroupBy(stack => string.Join(';', stack.Path().Select(frame => frame.Replace(';', ','))), StringComparer.Ordinal)
            .Select(stacks => (Path: stacks.Key, Value: stacks.Sum(stack => stack.Value)))
            .OrderByDescending(line => line.Value);
        var text = new StringBuilder();
        foreach (var (path, value) in lines)
            text.Append(path).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
