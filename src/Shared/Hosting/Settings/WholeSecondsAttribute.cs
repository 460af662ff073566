using System.ComponentModel.DataAnnotations;

namespace ECommerce.Hosting;

/// <summary>Validates a duration in whole seconds. Fractions are refused, because they would be dropped.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WholeSecondsAttribute() : ValidationAttribute("must be whole seconds, such as 00:00:02")
{
    public override bool IsValid(object? value) => value is not TimeSpan time || time.Ticks % TimeSpan.TicksPerSecond == 0;
}
