namespace ECommerce.Host.Tests.Description;

/// <summary>A fact about a page in a real browser; skipped, with the reason, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public const string Browser = "/usr/bin/chromium";

    public BrowserFactAttribute()
    {
        if (!File.Exists(Browser))
            Skip = $"{Browser} is not installed (apt-get install chromium).";
    }
}
