-- Workspaces (tenants), the people in them, and what they may do.

CREATE TYPE public.app_role AS ENUM ('super_admin', 'tenant_admin', 'member');

COMMENT ON TYPE public.app_role IS
  'super_admin: our own staff, all tenants. tenant_admin: runs one workspace. member: works in one.';

CREATE TABLE public.workspaces (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name        text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 120),
  slug        text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  plan        text NOT NULL DEFAULT 'trial' CHECK (plan IN ('trial', 'team', 'business', 'enterprise')),
  settings    jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE public.workspaces IS 'A tenant. Every row that belongs to a customer points here.';

CREATE TABLE public.profiles (
  id            uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
  workspace_id  uuid REFERENCES public.workspaces (id) ON DELETE SET NULL,
  email         text NOT NULL,
  full_name     text,
  locale        text NOT NULL DEFAULT 'en',
  onboarded_at  timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_profiles_workspace ON public.profiles (workspace_id);

COMMENT ON TABLE public.profiles IS 'One per user of the platform, made by a trigger on auth.users.';

CREATE TABLE public.user_roles (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id       uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  workspace_id  uuid REFERENCES public.workspaces (id) ON DELETE CASCADE,
  role          public.app_role NOT NULL DEFAULT 'member',
  granted_by    uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT user_roles_scope CHECK ((role = 'super_admin') = (workspace_id IS NULL)),
  CONSTRAINT user_roles_once UNIQUE NULLS NOT DISTINCT (user_id, workspace_id, role)
);

CREATE INDEX idx_user_roles_workspace ON public.user_roles (workspace_id, role);

COMMENT ON TABLE public.user_roles IS
  'Kept apart from profiles, so that nobody can raise their own role by editing their profile.';

-- Helpers ---------------------------------------------------------------

CREATE FUNCTION public.set_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

-- SECURITY DEFINER: policies call these, and user_roles has policies of its own.
CREATE FUNCTION public.is_super_admin() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public
AS $$
  SELECT EXISTS (
    SELECT 1
    FROM public.user_roles
    WHERE user_id = auth.uid() AND role = 'super_admin'
  )
$$;

CREATE FUNCTION public.is_tenant_admin(p_workspace_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public
AS $$
  SELECT EXISTS (
    SELECT 1
    FROM public.user_roles
    WHERE user_id = auth.uid()
      AND workspace_id = p_workspace_id
      AND role = 'tenant_admin'
  )
$$;

CREATE FUNCTION public.is_workspace_member(p_workspace_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public
AS $$
  SELECT EXISTS (
    SELECT 1
    FROM public.user_roles
    WHERE user_id = auth.uid() AND workspace_id = p_workspace_id
  )
$$;

CREATE FUNCTION public.handle_new_user() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
BEGIN
  INSERT INTO public.profiles (id, workspace_id, email, full_name)
  VALUES (
    NEW.id,
    nullif(NEW.raw_user_meta_data ->> 'workspace_id', '')::uuid,
    NEW.email,
    NEW.raw_user_meta_data ->> 'full_name'
  );
  RETURN NEW;
END
$$;

CREATE TRIGGER on_auth_user_created
  AFTER INSERT ON auth.users
  FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();

CREATE TRIGGER workspaces_updated_at
  BEFORE UPDATE ON public.workspaces
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER profiles_updated_at
  BEFORE UPDATE ON public.profiles
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Row-level security ----------------------------------------------------

ALTER TABLE public.workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.profiles   ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_roles ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspaces_member_select ON public.workspaces
  FOR SELECT TO authenticated
  USING (public.is_workspace_member(id) OR public.is_super_admin());

CREATE POLICY workspaces_admin_update ON public.workspaces
  FOR UPDATE TO authenticated
  USING (public.is_tenant_admin(id) OR public.is_super_admin())
  WITH CHECK (public.is_tenant_admin(id) OR public.is_super_admin());

CREATE POLICY profiles_own_select ON public.profiles
  FOR SELECT TO authenticated
  USING (id = auth.uid());

CREATE POLICY profiles_colleagues_select ON public.profiles
  FOR SELECT TO authenticated
  USING (public.is_workspace_member(workspace_id) OR public.is_super_admin());

CREATE POLICY profiles_own_update ON public.profiles
  FOR UPDATE TO authenticated
  USING (id = auth.uid())
  WITH CHECK (id = auth.uid());

CREATE POLICY user_roles_own_select ON public.user_roles
  FOR SELECT TO authenticated
  USING (user_id = auth.uid());

CREATE POLICY user_roles_admin_all ON public.user_roles
  FOR ALL TO authenticated
  USING (public.is_super_admin() OR public.is_tenant_admin(workspace_id))
  WITH CHECK (
    public.is_super_admin()
    OR (role <> 'super_admin' AND public.is_tenant_admin(workspace_id))
  );
