using ECommerce.Traffic;

// The servers of the incident outlive a Ctrl-C by the time that their end takes.
return await Invocation.UntilClosedAsync(
    closing => ECommerce.Incidents.CommandLine.RunAsync(args, Console.Out, Console.Error, closing), isPatient: true);
