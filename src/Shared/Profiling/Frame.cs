using System.Text.RegularExpressions;
using ECommerce.Kernel;

namespace ECommerce.Profiling;

/// <summary>A stack frame, named as a person would search for it.</summary>
internal sealed partial record Frame(string Name, Slice? Slice)
{
    /// <param name="method">The runtime's name: <c>ECommerce.Orders.PlaceOrder+Handler+&lt;Handle&gt;d__6.MoveNext()</c>.</param>
    public static Frame Of(string method)
    {
        var name = method.IndexOf('(', StringComparison.Ordinal) is > 0 and var arguments ? method[..arguments] : method;
        // The parts of an async method before and after an await are shown as one method.
        if (StateMachine().Match(name) is { Success: true } machine)
            name = $"{machine.Groups["type"].Value}.{machine.Groups["method"].Value}";
        return new(name, SliceOf(name));
    }

    /// <summary>Whether the frame is the poll for a suspension, which is on the stack only because of the sampling.</summary>
    public bool IsSafepoint { get; } = Name.StartsWith("System.Threading.Thread.<PollGC>", StringComparison.Ordinal) || Name == "System.Threading.Thread.PollGC";

    private static Slice? SliceOf(string name) =>
        Handler().Match(name) is { Success: true } handler && ModuleName.OfCategory(handler.Groups["module"].Value) is var module && module != ModuleName.Platform
            ? new(handler.Groups["slice"].Value, module.Name)
            : null;

    [GeneratedRegex(@"^(?<type>[^\[<]+)\+<(?<method>\w+)>d__\d+(`\d+)?(\[.*\])?\.MoveNext$", RegexOptions.ExplicitCapture)]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"^(?<module>ECommerce\.\w+)\.(?<slice>\w+)\+Handler[.+]", RegexOptions.ExplicitCapture)]
    private static partial Regex Handler();
}
