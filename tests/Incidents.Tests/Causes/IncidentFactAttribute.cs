namespace ECommerce.Incidents.Tests.Causes;

/// <summary>A test of a cause that needs several seconds, a compiler or all processors. `make incident-test` runs it.</summary>
public sealed class IncidentFactAttribute : FactAttribute
{
    public IncidentFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("INCIDENT_TESTS") != "all")
            Skip = "It needs several seconds, a compiler or all processors: make incident-test.";
    }
}
